package io.klog.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the mails of the topic outbox into a folder, in order. A mail is named for its offset
 * there: one that was delivered by a process that was killed before its commit is known again. What
 * cannot be delivered moves to the topic dead_letters.
 *
 * <p>Arguments: the file, {@code shop.klog} where there is none; the folder, {@code mails}.
 */
public final class Outbox {
  private Outbox() {}

  public static void main(String[] args) throws SQLException, IOException {
    Path folder = Files.createDirectories(Path.of(args.length > 1 ? args[1] : "mails"));
    try (Connection shop = PlaceOrders.open(args.length > 0 ? args[0] : "shop.klog");
        PreparedStatement outbox =
            shop.prepareStatement(
                "SELECT STREAM offset, recipient, text FROM outbox FOR CONSUMER GROUP mailer");
        PreparedStatement bury =
            shop.prepareStatement(
                "INSERT INTO dead_letters (key, value, headers) SELECT key, value,"
                    + " MAP['error', CAST(? AS VARCHAR)] FROM outbox WHERE offset = ?");
        ResultSet mail = outbox.executeQuery()) {
      while (mail.next()) {
        long offset = mail.getLong(1);
        try {
          deliver(folder.resolve(offset + ".txt"), mail.getString(2), mail.getString(3));
        } catch (IllegalArgumentException e) {
          bury.setString(1, e.getMessage());
          bury.setLong(2, offset);
          bury.executeUpdate();
        }
        shop.commit(); // the position, and the dead letter with it
      }
    }
  }

  private static void deliver(Path file, @Nullable String to, String text) throws IOException {
    if (to == null) {
      throw new IllegalArgumentException("it does not say whom to");
    }
    if (!Files.exists(file)) { // and where it exists, it is whole
      Path draft = Files.writeString(Path.of(file + ".draft"), to + ": " + text);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
