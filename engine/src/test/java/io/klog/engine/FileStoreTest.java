package io.klog.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of a log store, on a file. */
class FileStoreTest {
  @TempDir static Path folder;

  private static int files;

  private static String file() {
    return folder.resolve(files++ + ".klog").toString();
  }

  @Nested
  class Topics extends CatalogContract {
    private final String file = file();

    @Override
    String location() {
      return file;
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    private final String file = file();

    @Override
    String location() {
      return file;
    }
  }
}
