@NullMarked
package io.klog.bench;

import org.jspecify.annotations.NullMarked;
