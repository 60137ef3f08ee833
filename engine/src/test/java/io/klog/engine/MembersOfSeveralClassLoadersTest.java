package io.klog.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A real file, opened as by several class loaders of this JVM. */
class MembersOfSeveralClassLoadersTest extends SeveralMembersContract {
  @TempDir Path folder;

  @Override
  Storage storage() {
    return new FileStorage();
  }

  @Override
  String file() {
    return folder.resolve("a.klog").toString();
  }
}
