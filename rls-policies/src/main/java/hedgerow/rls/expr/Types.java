package hedgerow.rls.expr;

/// Object identifiers that no version of PostgreSQL changes.
final class Types {

    static final long BOOL = 16;
    static final long CHAR = 18;
    static final long NAME = 19;
    static final long INT8 = 20;
    static final long INT2 = 21;
    static final long INT4 = 23;
    static final long TEXT = 25;
    static final long OID = 26;
    static final long JSON = 114;
    static final long UNKNOWN = 705;
    static final long BPCHAR = 1042;
    static final long VARCHAR = 1043;
    static final long NUMERIC = 1700;
    static final long UUID = 2950;
    static final long JSONB = 3802;

    /// The element type of an array type; 0 for an unknown array type.
    static long element(long array) {
        return switch ((int) array) {
            case 1000 -> BOOL;
            case 1003 -> NAME;
            case 1005 -> INT2;
            case 1007 -> INT4;
            case 1009 -> TEXT;
            case 1014 -> BPCHAR;
            case 1015 -> VARCHAR;
            case 1016 -> INT8;
            case 1028 -> OID;
            case 1231 -> NUMERIC;
            case 2951 -> UUID;
            default -> 0;
        };
    }

    private Types() {}
}
