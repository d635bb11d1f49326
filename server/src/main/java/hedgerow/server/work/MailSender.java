package hedgerow.server.work;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/// Sends one e-mail over SMTP. It waits at most five seconds for each response, and stores no word of one.
final class MailSender {

    private static final String PATIENCE_MS = "5000";

    private final MailSettings settings;
    private final Session session;

    /// The result of one attempt.
    ///
    /// @param error in a word; empty if it was sent
    /// @param mayTryAgain whether another attempt could succeed
    record Result(Optional<String> error, boolean mayTryAgain) {

        private static final Result SENT = new Result(Optional.empty(), false);

        static Result later(String error) {
            return new Result(Optional.of(error), true);
        }

        static Result forGood(String error) {
            return new Result(Optional.of(error), false);
        }

        boolean isSent() {
            return error.isEmpty();
        }
    }

    MailSender(MailSettings settings) {
        this.settings = settings;
        this.session = Session.getInstance(properties(settings));
    }

    private static Properties properties(MailSettings settings) {
        var server = settings.mailServer().orElseThrow();
        var scheme = server.getScheme();
        var properties = new Properties();
        properties.put("mail.transport.protocol", scheme);
        for (var timeout : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            properties.put("mail.%s.%s".formatted(scheme, timeout), PATIENCE_MS);
        }
        properties.put("mail.%s.ssl.checkserveridentity".formatted(scheme), "true");
        properties.put("mail.smtp.starttls.enable", "true");
        properties.put("mail.smtp.starttls.required", Boolean.toString(!isHere(server.getHost())));
        properties.put("mail.mime.charset", "UTF-8");
        return properties;
    }

    private static boolean isHere(String host) {
        return host.toLowerCase(Locale.ROOT).matches("localhost|127[.][0-9.]+|\\[::1]");
    }

    /// Sends an e-mail.
    ///
    /// @param id of the e-mail: the message has the same one at every attempt, by which a server recognizes
    ///     it
    Result send(UUID id, String recipient, String subject, String text) {
        try {
            var message = new Identified(session, "<%s@hedgerow>".formatted(id));
            message.setFrom(MailSettings.address(settings.mailFrom().orElseThrow()));
            message.setRecipient(Message.RecipientType.TO, MailSettings.address(recipient));
            message.setSubject(subject.replaceAll("\\p{Cntrl}+", " "), StandardCharsets.UTF_8.name());
            message.setText(text, StandardCharsets.UTF_8.name());
            message.setSentDate(new Date());
            message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's absence is answered to it
            message.saveChanges();
            transport(message);
            return Result.SENT;
        } catch (AddressException e) {
            return Result.forGood("address_invalid");
        } catch (AuthenticationFailedException e) {
            return Result.later("login_refused");
        } catch (SendFailedException e) {
            return Result.later("recipient_refused");
        } catch (MessagingException e) {
            return Result.later("server_failed");
        }
    }

    private void transport(MimeMessage message) throws MessagingException {
        var server = settings.mailServer().orElseThrow();
        try (Transport transport = session.getTransport()) {
            transport.connect(
                    server.getHost(),
                    server.getPort(),
                    server.getUserInfo(),
                    settings.mailPassword().orElse(null));
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    /// A message with a fixed id; the library creates a new one whenever a message is saved.
    private static final class Identified extends MimeMessage {

        private final String id;

        Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
