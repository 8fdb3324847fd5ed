/** Settings of the llm service, every one with its default and a sentence. */
package io.tesserae.llm.config;
