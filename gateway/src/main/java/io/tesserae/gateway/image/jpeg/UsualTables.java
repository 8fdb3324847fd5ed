package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import java.util.HexFormat;

/**
 * The Huffman tables that a sequential JPEG may leave out, as frames of Motion JPEG do: those of ITU-T T.81, annex K.3. As in a DHT
 * segment: how many codes each length has, then the symbols.
 */
final class UsualTables {

    private static final String DC_LUMA = "00010501010101010100000000000000000102030405060708090a0b";
    private static final String DC_CHROMA = "00030101010101010101010000000000000102030405060708090a0b";
    private static final String AC_LUMA = "0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a16"
            + "1718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889"
            + "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9ea"
            + "f1f2f3f4f5f6f7f8f9fa";
    private static final String AC_CHROMA = "00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434"
            + "e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687"
            + "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9"
            + "eaf2f3f4f5f6f7f8f9fa";

    private UsualTables() {
    }

    /** For luma (0) or chroma (1); null for another number. */
    static HuffmanTable dc(int number) {
        return number == 0 ? table(DC_LUMA) : number == 1 ? table(DC_CHROMA) : null;
    }

    static HuffmanTable ac(int number) {
        return number == 0 ? table(AC_LUMA) : number == 1 ? table(AC_CHROMA) : null;
    }

    private static HuffmanTable table(String hex) {
        return new HuffmanTable(new Cursor(HexFormat.of().parseHex(hex)));
    }
}
