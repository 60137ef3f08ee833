package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemTypeTest {
  @TempDir Path folder;

  @Test
  void networkFileSystemsAreUntrustedByAnyOfTheirNames() {
    for (String type :
        List.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "ncpfs",
            "ceph",
            "glusterfs",
            "lustre",
            "fuse.sshfs",
            "fuse.glusterfs",
            "NFS")) {
      assertTrue(FileSystemType.isUntrusted(type), type);
    }
  }

  @Test
  void localFileSystemsAreTrusted() {
    for (String type :
        List.of(
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "tmpfs",
            "overlay",
            "apfs",
            "hfs",
            "NTFS",
            "vfat",
            "fuseblk",
            "fuse.fuse-overlayfs")) {
      assertFalse(FileSystemType.isUntrusted(type), type);
    }
  }

  @Test
  void aFileHereIsOnWhatItsFileStoreSays() throws IOException {
    Path file = Files.createFile(folder.resolve("f"));
    String type = Files.getFileStore(file).type();
    assertEquals(
        FileSystemType.isUntrusted(type) ? type : null, FileSystemType.untrustedLocks(file));
  }

  /** Those that Linux has in any case have none: they must not be taken for disks. */
  @Test
  void aFileSystemWithoutADeviceIsAskedForItsType() throws IOException {
    Path process = Path.of("/proc/self/status");
    Assumptions.assumeTrue(Files.exists(process));
    long device = (long) Files.getAttribute(process, "unix:dev");
    assertEquals(0, FileSystemType.major(device));
    assertNull(FileSystemType.untrustedLocks(process));
    assertEquals(254, FileSystemType.major(0xfe00));
    assertEquals(0x12345, FileSystemType.major(0x0001_2000_0003_4500L));
  }

  @Test
  void aFileThatIsNotThereIsNobodysBusiness() {
    assertNull(FileSystemType.untrustedLocks(folder.resolve("none")));
  }

  @Test
  void aFileThereIsOpenedByOneProcessAloneOnly() {
    String file = folder.resolve("a.klog").toString();
    KlogFile files = new KlogFile(new OnNetwork(new FileStorage()));
    for (OpenOptions.Mode mode : OpenOptions.Mode.values()) {
      OpenOptions shared = new OpenOptions(mode, 100, 1 << 20);
      OpenOptions alone = new OpenOptions(mode, 100, 1 << 20, true);
      KlogException refused = assertThrows(KlogException.class, () -> files.openFile(file, shared));
      assertEquals(KlogException.Reason.CANNOT_OPEN, refused.reason());
      assertTrue(String.valueOf(refused.getMessage()).contains("nfs4"), refused.getMessage());
      files.openFile(file, alone).close();
    }
  }

  private static final class OnNetwork extends ForwardingStorage {
    OnNetwork(Storage delegate) {
      super(delegate);
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new ForwardingFile(delegate.open(name, mode)) {
        @Override
        public String untrustedLocks() {
          return "nfs4";
        }
      };
    }
  }
}
