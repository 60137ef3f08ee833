/** Short programs over plain JDBC, each a thing that people do with klog. */
@NullMarked
package io.klog.samples;

import org.jspecify.annotations.NullMarked;
