/** klog beside its rivals, each pair in one run on the same data, told as a ratio. */
@NullMarked
package io.klog.bench;

import org.jspecify.annotations.NullMarked;
