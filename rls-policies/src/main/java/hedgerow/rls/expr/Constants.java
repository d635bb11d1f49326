package hedgerow.rls.expr;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/// Decodes the bytes of a stored constant, as a little-endian server lays them out.
final class Constants {

    private static final int LENGTH_WORD = 4;

    /// The header of the `jsonb` value `{}`; no other is decoded.
    private static final int EMPTY_OBJECT = 0x2000_0000;

    static Expr.Constant read(Node.Struct node) {
        var type = node.number("consttype");
        if (node.flag("constisnull")) {
            return new Expr.Constant(Value.NULL, "", type);
        }
        if (!(node.get("constvalue") instanceof Node.Datum(var bytes))) {
            return new Expr.Constant(Value.UNKNOWN, "", type);
        }
        return new Expr.Constant(decode(bytes, type), HexFormat.of().formatHex(bytes), type);
    }

    private static Value decode(byte[] bytes, long type) {
        try {
            return Types.element(type) == 0 ? scalar(bytes, type) : array(bytes, type);
        } catch (RuntimeException e) {
            return Value.UNKNOWN;
        }
    }

    private static Value scalar(byte[] bytes, long type) {
        return switch ((int) type) {
            case (int) Types.BOOL -> Value.of(bytes[0] != 0);
            case (int) Types.INT2 -> Value.of(little(bytes).getShort(0));
            case (int) Types.INT4 -> Value.of(little(bytes).getInt(0));
            case (int) Types.INT8 -> Value.of(little(bytes).getLong(0));
            case (int) Types.OID ->
                Value.of(Integer.toUnsignedLong(little(bytes).getInt(0)));
            case (int) Types.TEXT, (int) Types.VARCHAR, (int) Types.BPCHAR -> text(bytes, LENGTH_WORD, bytes.length);
            case (int) Types.UNKNOWN, (int) Types.NAME -> text(bytes, 0, zero(bytes));
            case (int) Types.UUID -> uuid(bytes, 0);
            case (int) Types.JSON -> Casts.json(new String(bytes, LENGTH_WORD, bytes.length - LENGTH_WORD, UTF_8));
            case (int) Types.JSONB ->
                little(bytes).getInt(LENGTH_WORD) == EMPTY_OBJECT ? Casts.json("{}") : Value.UNKNOWN;
            default -> Value.UNKNOWN;
        };
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Value text(byte[] bytes, int from, int to) {
        return Value.of(new String(bytes, from, to - from, UTF_8));
    }

    private static int zero(byte[] bytes) {
        var end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return end;
    }

    private static Value uuid(byte[] bytes, int from) {
        var number = new BigInteger(1, Arrays.copyOfRange(bytes, from, from + 16));
        return Value.of(new UUID(number.shiftRight(64).longValue(), number.longValue()));
    }

    /// Decodes an array: length, dimensions, offset of the data if there are NULLs, element type, then size
    /// and lower bound per dimension.
    private static Value array(byte[] bytes, long type) {
        var buffer = little(bytes);
        var dimensions = buffer.getInt(4);
        if (dimensions == 0) {
            return new Value.Array(List.of());
        }
        if (dimensions != 1 || buffer.getInt(8) != 0) {
            return Value.UNKNOWN;
        }
        var elements = new ArrayList<Value>();
        var position = 24;
        for (var left = buffer.getInt(16); left > 0; left--) {
            position = align(position, type);
            var length = length(buffer, position, Types.element(type));
            elements.add(element(bytes, position, length, Types.element(type)));
            position += length;
        }
        return new Value.Array(elements);
    }

    private static int align(int position, long type) {
        var to = switch ((int) Types.element(type)) {
            case (int) Types.BOOL, (int) Types.UUID, (int) Types.NAME -> 1;
            case (int) Types.INT2 -> 2;
            case (int) Types.INT8 -> 8;
            default -> 4;
        };
        return (position + to - 1) / to * to;
    }

    /// The length of an element. Elements of variable length begin with it.
    private static int length(ByteBuffer buffer, int position, long type) {
        return switch ((int) type) {
            case (int) Types.BOOL -> 1;
            case (int) Types.INT2 -> 2;
            case (int) Types.INT4, (int) Types.OID -> 4;
            case (int) Types.INT8 -> 8;
            case (int) Types.UUID -> 16;
            case (int) Types.NAME -> 64;
            default -> buffer.getInt(position) >>> 2;
        };
    }

    private static Value element(byte[] bytes, int position, int length, long type) {
        if ((type == Types.TEXT || type == Types.VARCHAR || type == Types.BPCHAR) && (bytes[position] & 3) != 0) {
            return Value.UNKNOWN;
        }
        return scalar(Arrays.copyOfRange(bytes, position, position + length), type);
    }

    private Constants() {}
}
