/**
 * Checks of the contracts themselves. The descriptors that the build writes arrive; complaints leave, each naming the file and
 * the element. {@code StyleRules} follow Buf's standard lint rules, {@code BreakingRules} its breaking-change rules.
 */
package io.tesserae.contract.check;
