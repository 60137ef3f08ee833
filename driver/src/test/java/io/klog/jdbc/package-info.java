@NullMarked
package io.klog.jdbc;

import org.jspecify.annotations.NullMarked;
