package io.tesserae.llm.grammar;

import java.util.Optional;

/** How a model writes calls of tools, and what it reads of them. */
public enum ToolForm {

    /** {@code <tool_call>} and {@code </tool_call>} around {@code {"name": …, "arguments": …}}: Hermes, Qwen 2.5 and 3, and whatever was never taught another. */
    HERMES("hermes", "arguments", "<tool_call>\n", "\n</tool_call>"),
    /** {@code {"name": …, "parameters": …}} and nothing else: Llama 3. */
    LLAMA("llama", "parameters", "", "");

    private final String wire;
    private final String arguments;
    private final String opening;
    private final String closing;

    ToolForm(String wire, String arguments, String opening, String closing) {
        this.wire = wire;
        this.arguments = arguments;
        this.opening = opening;
        this.closing = closing;
    }

    /** The form of a checkpoint's template; empty where it offers tools in a form that is neither. A template that offers none leaves the choice to us. */
    public static Optional<ToolForm> of(String template) {
        if (template.contains("<tool_call>") && !template.contains("<function=") && !template.contains("<arg_key>")) {
            return Optional.of(HERMES);
        }
        if (template.contains("\"parameters\"") && (template.contains("<|python_tag|>") || template.contains("ipython"))) {
            return Optional.of(LLAMA);
        }
        return offersTools(template) ? Optional.empty() : Optional.of(HERMES);
    }

    /** Whether a template shows tools to the model. */
    public static boolean offersTools(String template) {
        return template.contains("tools") || template.contains("functions") || template.contains("available_tools");
    }

    /** Its name in messages. */
    public String wire() {
        return wire;
    }

    String opening() {
        return opening;
    }

    String closing() {
        return closing;
    }

    /** What stands before the arguments of a call. */
    String before(String quotedName) {
        return "{\"name\": " + quotedName + ", \"" + arguments + "\": ";
    }
}
