package hedgerow.server.work;

import hedgerow.server.settings.Check;
import hedgerow.server.settings.Setting;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings of e-mail, which is off until a server and a sender are set.
@Setting.Group("E-mail")
public record MailSettings(
        @Setting(
                value = "The SMTP server: `smtps://` for TLS from the start, `smtp://` for STARTTLS, which it must"
                        + " offer unless it is on this machine. The URL can name a user before the host.",
                without = "no e-mail is sent",
                check = Server.class,
                example = "smtps://hedgerow@mail.example:465")
        Optional<URI> mailServer,

        @Setting(
                value = "Password of that user.",
                without = "no login to the server",
                secret = true,
                example = "a-long-password")
        Optional<String> mailPassword,

        @Setting(
                value = "The address that e-mail comes from.",
                without = "no e-mail is sent",
                check = Sender.class,
                example = "hedgerow@shop.example")
        Optional<String> mailFrom,

        @Setting(
                value = "The page that accepts an invitation, with `{token}` in it.",
                without = "no invitation is sent; the inviter passes the secret on",
                check = InvitationLink.class,
                example = "https://app.example/invitations#{token}")
        Optional<String> mailInvitationLink,

        @Setting(
                value = "The page that shows an approval, with `{id}` in it. Owners and admins with an address are"
                        + " notified of the approvals that they can decide.",
                without = "nobody is notified of approvals by e-mail",
                check = ApprovalLink.class,
                example = "https://app.example/approvals/{id}")
        Optional<String> mailApprovalLink) {

    static final String TOKEN = "{token}";
    static final String ID = "{id}";

    public boolean isOn() {
        return mailServer.isPresent() && mailFrom.isPresent();
    }

    public boolean sendsInvitations() {
        return isOn() && mailInvitationLink.isPresent();
    }

    boolean sendsApprovals() {
        return isOn() && mailApprovalLink.isPresent();
    }

    /// A line for a person that states what is sent, or which settings are missing.
    ///
    /// @param canSeal whether there is a key that encrypts the tokens of invitations
    public String summary(boolean canSeal) {
        if (!isOn()) {
            return "off; set " + missing(mailServer, "mail-server", mailFrom, "mail-from");
        } else if (!sendsInvitations() && !sendsApprovals()) {
            return "off; set `mail-invitation-link`, `mail-approval-link` or both";
        } else if (sendsInvitations() && !canSeal) {
            return "invitations are not sent; set `credential-key`";
        }
        return Stream.of(sendsInvitations() ? "invitations" : "", sendsApprovals() ? "approvals" : "")
                .filter(kind -> !kind.isEmpty())
                .collect(Collectors.joining(" and "));
    }

    private static String missing(Optional<?> one, String name, Optional<?> other, String otherName) {
        return Stream.of(one.isPresent() ? "" : name, other.isPresent() ? "" : otherName)
                .filter(text -> !text.isEmpty())
                .map("`%s`"::formatted)
                .collect(Collectors.joining(" and "));
    }

    /// Parses an address that a header can hold, and nothing else.
    ///
    /// @throws AddressException if it is not one
    static InternetAddress address(String text) throws AddressException {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new AddressException("control characters");
        }
        var addresses = InternetAddress.parse(text, true);
        if (addresses.length != 1
                || addresses[0].isGroup()
                || !addresses[0].getAddress().equals(text)) {
            throw new AddressException("not one plain address");
        }
        addresses[0].validate();
        return addresses[0];
    }

    private static final class Server implements Check<URI> {
        @Override
        public void check(URI server) {
            var user = server.getRawUserInfo();
            if (server.getHost() == null
                    || !("smtp".equals(server.getScheme()) || "smtps".equals(server.getScheme()))) {
                throw new IllegalArgumentException("must be like smtps://user@mail.example:465");
            } else if (user != null && user.contains(":")) {
                throw new IllegalArgumentException("must hold no password; set `mail-password`");
            }
        }
    }

    private static final class Sender implements Check<String> {
        @Override
        public void check(String from) {
            try {
                address(from);
            } catch (AddressException e) {
                throw new IllegalArgumentException("must be a plain address such as hedgerow@shop.example");
            }
        }
    }

    private static final class InvitationLink implements Check<String> {
        @Override
        public void check(String link) {
            requireLink(link, TOKEN);
        }
    }

    private static final class ApprovalLink implements Check<String> {
        @Override
        public void check(String link) {
            requireLink(link, ID);
        }
    }

    private static void requireLink(String link, String placeholder) {
        if (!link.matches("https?://\\S+") || !link.contains(placeholder)) {
            throw new IllegalArgumentException("must be a web address with %s in it".formatted(placeholder));
        }
    }
}
