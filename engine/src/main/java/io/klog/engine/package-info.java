/**
 * The file store: topics in one crash-safe file, as engine/FORMAT.md has it byte for byte.
 *
 * <p>Layers, each using only those below it: {@code KlogFile} opens; the store commits and
 * recovers; commit log, segments and catalog know their own bytes; {@code Storage} does all I/O,
 * locks, time and randomness.
 */
@NullMarked
package io.klog.engine;

import org.jspecify.annotations.NullMarked;
