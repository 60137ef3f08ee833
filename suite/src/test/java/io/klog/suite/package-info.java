/**
 * Runs SQLite's sqllogictest over JDBC: its scripts are read from a jar that Maven brings, the
 * runner is klog's own.
 *
 * <p>What does not fit append-only tables is skipped by a {@link io.klog.suite.Rule}; what fails
 * and is covered by none fails the test.
 */
@NullMarked
package io.klog.suite;

import org.jspecify.annotations.NullMarked;
