/** The clients that klog is made for, as they come from Maven Central, each doing what it does. */
@NullMarked
package io.klog.clients;

import org.jspecify.annotations.NullMarked;
