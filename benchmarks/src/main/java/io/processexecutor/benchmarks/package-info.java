/** The programs of this module: what is promised, measured. Depends on the product's public types only. */
@NullMarked
package io.processexecutor.benchmarks;

import org.jspecify.annotations.NullMarked;
