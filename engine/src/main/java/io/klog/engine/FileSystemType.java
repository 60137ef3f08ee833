package io.klog.engine;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells file systems whose locks cannot be trusted: a lock that is granted there need not keep out
 * a process on another machine, or may be gone without a word, and what one machine wrote another
 * may not see. One process that has a file alone needs no locks; several would ruin it.
 *
 * <p>What cannot be told: a share that Windows has mapped to a drive calls itself NTFS (its locks
 * are the server's, and hold), an overlay does not say what it lies on, and a cluster file system
 * on a block device (OCFS2, GFS2) is taken for a local one.
 */
final class FileSystemType {
  /**
   * By the names that Linux and macOS have for them.
   *
   * <ul>
   *   <li>NFS: the server forgets locks with a lease or a restart, the client does not say so;
   *       pages are cached until somebody opens the file anew.
   *   <li>SMB: the mount option {@code nobrl} keeps locks on the client; oplocks cache pages.
   *   <li>AFS, NCP, Coda, AFP, WebDAV: locks are whole files', advisory to the client, or none.
   *   <li>9P, virtiofs and the folders that hypervisors share: locks stay in the guest unless both
   *       ends were told otherwise.
   *   <li>Ceph, GlusterFS: a client that was cut off for a while loses its locks and goes on.
   *       Lustre, BeeGFS, OrangeFS: locks are local, or none, as they are mounted by default.
   *   <li>FUSE over a network: what the daemon does not implement the kernel does, for this machine
   *       alone.
   * </ul>
   */
  private static final Set<String> UNTRUSTED =
      Set.of(
          "nfs",
          "nfs3",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "afs",
          "afpfs",
          "auristorfs",
          "coda",
          "davfs",
          "ncp",
          "ncpfs",
          "webdav",
          "9p",
          "drvfs",
          "fakeowner",
          "prl_fs",
          "vboxsf",
          "virtiofs",
          "vmhgfs",
          "beegfs",
          "ceph",
          "glusterfs",
          "lustre",
          "orangefs",
          "pvfs2",
          "fuse.beegfs",
          "fuse.blobfuse",
          "fuse.blobfuse2",
          "fuse.ceph",
          "fuse.ceph-fuse",
          "fuse.curlftpfs",
          "fuse.davfs",
          "fuse.gcsfuse",
          "fuse.glusterfs",
          "fuse.goofys",
          "fuse.grpcfuse",
          "fuse.juicefs",
          "fuse.osxfs",
          "fuse.prl_fs",
          "fuse.rclone",
          "fuse.s3fs",
          "fuse.smbnetfs",
          "fuse.sshfs",
          "fuse.vmhgfs-fuse",
          "macfuse.sshfs",
          "osxfuse.sshfs");

  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

  private FileSystemType() {}

  /**
   * Of the file's file system when its locks cannot be trusted; null when they can, or nobody
   * knows.
   */
  static @Nullable String untrustedLocks(Path file) {
    try {
      String type = LINUX && isOnBlockDevice(file) ? null : Files.getFileStore(file).type();
      return type != null && isUntrusted(type) ? type : null;
    } catch (IOException e) {
      return null; // whoever opens the file will tell
    }
  }

  static boolean isUntrusted(String type) {
    return UNTRUSTED.contains(type.toLowerCase(Locale.ROOT));
  }

  /**
   * No network file system is. This is one system call, 2 us; {@link FileStore} reads the table of
   * mounts and takes 50 times as long.
   */
  private static boolean isOnBlockDevice(Path file) throws IOException {
    try {
      return Files.getAttribute(file, "unix:dev") instanceof Long device && major(device) != 0;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return false; // a file system of Java's own
    }
  }

  /** As the C library packs it; 0 for file systems without a device. */
  static long major(long device) {
    return (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
  }
}
