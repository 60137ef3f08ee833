package io.klog.engine;

import org.junit.jupiter.api.Nested;

/** The contracts of a log store, in memory. */
class MemoryStoreTest {
  private static int stores;

  private static String newName() {
    return KlogFile.MEMORY_PREFIX + "MemoryStoreTest" + stores++;
  }

  @Nested
  class Topics extends CatalogContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Views extends ViewContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Deletions extends DeletionContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Backups extends BackupContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Transactions extends TransactionContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Scans extends ScanContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class GroupsOfConsumers extends GroupContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Consumers extends ConsumerContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }
  }

  @Nested
  class Handles extends HandleContract {
    private final String location = newName();

    @Override
    String location() {
      return location;
    }

    @Override
    boolean outlivesItsHandles() {
      return false;
    }
  }
}
