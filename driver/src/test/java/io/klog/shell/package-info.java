@NullMarked
package io.klog.shell;

import org.jspecify.annotations.NullMarked;
