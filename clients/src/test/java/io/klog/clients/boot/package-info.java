/**
 * A small application of Spring Boot over one file: orders are placed, and each gets an invoice,
 * once. Its configuration and its topics are in {@code application.properties} and {@code
 * schema.sql}, among the resources.
 */
@NullMarked
package io.klog.clients.boot;

import org.jspecify.annotations.NullMarked;
