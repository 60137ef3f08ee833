package io.klog.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of a log store, on files. */
class FileStoreTest {
  @TempDir static Path folder;

  private static int files;

  private static String newFile() {
    return folder.resolve(files++ + ".klog").toString();
  }

  @Nested
  class Topics extends CatalogContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Views extends ViewContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Deletions extends DeletionContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Backups extends BackupContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Scans extends ScanContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class GroupsOfConsumers extends GroupContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Consumers extends ConsumerContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Handles extends HandleContract {
    private final String location = newFile();

    @Override
    String location() {
      return location;
    }

    @Override
    boolean outlivesItsHandles() {
      return true;
    }
  }
}
