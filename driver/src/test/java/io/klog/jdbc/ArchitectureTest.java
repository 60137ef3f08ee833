package io.klog.jdbc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Data flows one way: driver, sql, log store; the engine is behind the store's interface. */
@AnalyzeClasses(packages = "io.klog", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("driver")
          .definedBy("io.klog.jdbc..")
          .layer("sql")
          .definedBy("io.klog.sql..")
          .layer("engine")
          .definedBy("io.klog.engine..")
          .layer("store")
          .definedBy("io.klog")
          .whereLayer("driver")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("sql")
          .mayOnlyBeAccessedByLayers("driver")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("driver");

  @ArchTest
  static final ArchRule ONE_CLASS_KNOWS_THE_ENGINE =
      noClasses()
          .that()
          .resideInAPackage("io.klog.jdbc")
          .and()
          .doNotHaveSimpleName("StoreOpener")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.klog.engine..");

  @ArchTest
  static final ArchRule CALCITE_STAYS_IN_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.klog.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.calcite..");

  @ArchTest
  static final ArchRule JDBC_STAYS_IN_THE_DRIVER =
      noClasses()
          .that()
          .resideInAnyPackage("io.klog", "io.klog.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.sql..");

  @ArchTest
  static final ArchRule THE_SHELL_KNOWS_JDBC_ALONE =
      noClasses()
          .that()
          .resideInAPackage("io.klog.shell")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.klog", "io.klog.engine..", "io.klog.sql..", "io.klog.jdbc..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_SHELL =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.klog.shell")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.klog.shell");

  @ArchTest
  static final ArchRule THE_DRIVER_PROMISES_TWO_CLASSES =
      classes()
          .that()
          .resideInAPackage("io.klog.jdbc")
          .and()
          .arePublic()
          .should()
          .haveSimpleName("KlogDriver")
          .orShould()
          .haveSimpleName("KlogDataSource");
}
