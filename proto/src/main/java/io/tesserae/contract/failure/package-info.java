/** Why a call fails. A service throws {@link Failure}; the wire carries a status with an ErrorInfo; the gateway answers in OpenAI's form. */
package io.tesserae.contract.failure;
