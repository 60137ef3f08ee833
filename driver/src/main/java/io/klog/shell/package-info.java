/**
 * The shell: {@code java -jar klog.jar orders.klog}. Everything goes through plain JDBC, as in a
 * program of a user's own: no class of the driver, of sql or of the engine is known here.
 *
 * <p>What must hold here:
 *
 * <ul>
 *   <li>Memory does not grow with a result: rows are printed as they are read.
 *   <li>What a statement gives goes to standard output, everything else to standard error.
 *   <li>Nobody sees a stack trace: what fails says its SQLState and what was expected.
 *   <li>JLine is touched by the prompt alone, so that {@code -c} and pipes start without it.
 * </ul>
 */
@NullMarked
package io.klog.shell;

import org.jspecify.annotations.NullMarked;
