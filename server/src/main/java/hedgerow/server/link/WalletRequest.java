package hedgerow.server.link;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.Encoder;
import hedgerow.mappers.work.LinkRequest;
import org.web3j.crypto.Keys;

/// A payment that a wallet is asked for, as a URI and as a QR code.
///
/// @see <a href="https://eips.ethereum.org/EIPS/eip-681">EIP-681</a>
final class WalletRequest {

    /// Around the code, in modules: scanners need it.
    private static final int QUIET = 4;

    private WalletRequest() {}

    /// The URI of a payment.
    static String uri(LinkRequest request) {
        var recipient = Keys.toChecksumAddress(request.recipient());
        return request.contractAddress() == null
                ? "ethereum:%s@%d?value=%d".formatted(recipient, request.chainId(), request.amount())
                : "ethereum:%s@%d/transfer?address=%s&uint256=%d"
                        .formatted(
                                Keys.toChecksumAddress(request.contractAddress()),
                                request.chainId(),
                                recipient,
                                request.amount());
    }

    /// The QR code of a text, as an SVG image that needs neither script nor style.
    static Html code(String text) {
        try {
            var modules = Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
            var size = modules.getWidth() + 2 * QUIET;
            var path = new StringBuilder();
            for (var y = 0; y < modules.getHeight(); y++) {
                for (var x = 0; x < modules.getWidth(); x++) {
                    if (modules.get(x, y) == 1) {
                        path.append("M%d %dh1v1h-1z".formatted(x + QUIET, y + QUIET));
                    }
                }
            }
            return new Html("""
                <svg class="code" role="img" aria-label="QR code of the payment" viewBox="0 0 %1$d %1$d" \
                shape-rendering="crispEdges"><rect width="%1$d" height="%1$d" fill="#fff"/>\
                <path fill="#000" d="%2$s"/></svg>\
                """.formatted(size, path));
        } catch (WriterException e) {
            throw new IllegalStateException(e);
        }
    }
}
