package io.tesserae.llm.template;

/**
 * A piece of the source.
 *
 * @param value text of data and names, decoded value of strings and numbers, spelling of operators
 * @param line counted from 1
 */
record Token(Type type, Object value, int line) {

    enum Type { DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR, END }

    boolean is(Type wanted) {
        return type == wanted;
    }

    boolean isName(String name) {
        return type == Type.NAME && value.equals(name);
    }

    boolean isOperator(String spelling) {
        return type == Type.OPERATOR && value.equals(spelling);
    }

    @Override
    public String toString() {
        return switch (type) {
            case END -> "end of template";
            case VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END -> "end of the statement";
            default -> "'" + value + "'";
        };
    }
}
