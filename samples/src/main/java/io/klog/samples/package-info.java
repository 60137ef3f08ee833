@NullMarked
package io.klog.samples;

import org.jspecify.annotations.NullMarked;
