package io.klog.clients.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Of what it is started with, the file is what one will want to give: {@code --billing.file=}. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
class BillingApplication {
  public static void main(String[] args) {
    SpringApplication.run(BillingApplication.class, args);
  }
}
