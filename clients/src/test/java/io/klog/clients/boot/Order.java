package io.klog.clients.boot;

import java.math.BigDecimal;

record Order(String id, BigDecimal amount) {}
