package hedgerow.server.http;

import hedgerow.mappers.TenantKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts secrets of tenants before they go to the database: AES-256-GCM, with a random nonce of 12 bytes.
///
/// The ciphertext is bound to `hedgerow-v1|<kind>|<organization>|<livemode>|<id>`, so that it cannot be
/// opened in any other row. Only the worker reads ciphertexts, and opens them.
public final class SecretBox {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_DIGITS = 16;

    private final SecureRandom random = new SecureRandom();
    private final Optional<SecretKeySpec> key;
    private final String keyId;
    private final String setting;

    /// An encrypted secret.
    ///
    /// @param keyId the beginning of the SHA-256 of the key, which has 256 random bits
    public record Sealed(String keyId, byte[] nonce, byte[] ciphertext) {}

    /// A box with the key of the setting `credential-key`.
    ///
    /// @param key 32 bytes; without it no secret is accepted
    public SecretBox(Optional<byte[]> key) {
        this(key, "credential-key");
    }

    /// A box with the key of another setting.
    ///
    /// @param setting that holds the key
    public SecretBox(Optional<byte[]> key, String setting) {
        this.setting = setting;
        this.key = key.map(bytes -> new SecretKeySpec(bytes, "AES"));
        this.keyId = key.map(SecretBox::name).orElse("");
    }

    private static String name(byte[] key) {
        return HexFormat.of().formatHex(Sha256.of(key)).substring(0, ID_DIGITS);
    }

    /// Encrypts a secret.
    ///
    /// @param kind the table of the row that the secret belongs to
    public Sealed seal(String kind, TenantKey tenant, UUID id, byte[] secret) {
        var with = key.orElseThrow(() -> new Problem(
                ProblemCode.UNAVAILABLE,
                "this server cannot store secrets; its operator must set `%s`".formatted(setting)));
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, with, nonce, kind, tenant, id);
            return new Sealed(keyId, nonce, cipher.doFinal(secret));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Decrypts a secret; empty if it was sealed for another row, or by a key that this box does not have.
    public Optional<byte[]> open(String kind, TenantKey tenant, UUID id, Sealed sealed) {
        try {
            return key.isPresent() && keyId.equals(sealed.keyId())
                    ? Optional.of(cipher(Cipher.DECRYPT_MODE, key.get(), sealed.nonce(), kind, tenant, id)
                            .doFinal(sealed.ciphertext()))
                    : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String kind, TenantKey tenant, UUID id)
            throws GeneralSecurityException {
        var context = "hedgerow-v1|%s|%s|%s|%s".formatted(kind, tenant.organization(), tenant.livemode(), id);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
