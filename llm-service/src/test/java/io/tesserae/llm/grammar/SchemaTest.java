package io.tesserae.llm.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.v1.Constraint;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final Grammars grammars = new Grammars(Walker.TOKENS, ToolForm.HERMES, 4);

    private Grammar of(String schema) {
        return grammars.of(Constraint.newBuilder().setJsonSchema(schema.replace('\'', '"')).build());
    }

    private boolean takes(String schema, String text) {
        return of(schema).root().takes(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', value = {
        "{'type':'integer','minimum':-3,'maximum':12} ; -3 -1 0 9 10 12 ; -4 13 1.5 01 -0 99",
        "{'type':'integer','exclusiveMinimum':9,'exclusiveMaximum':101} ; 10 99 100 ; 9 101 1000",
        "{'type':'number','minimum':0.5,'maximum':1.25} ; 0.5 0.50 0.9 1 1.0 1.25 1.249 ; 0.49 0 1.26 1.2501 2 -1",
        "{'type':'number','exclusiveMinimum':0} ; 0.1 0.001 7 15.5 ; 0 0.0 -1",
        "{'type':'number','exclusiveMaximum':-1.5} ; -1.51 -2 -100.25 ; -1.5 -1 0 3",
        "{'type':'integer','multipleOf':7,'minimum':10} ; 14 21 700 ; 7 15 0",
        "{'enum':['a',1,null,{'b':[true]}]} ; 'a' 1 null {'b':[true]} ; 'b' 2 false",
        "{'type':'string','minLength':1,'maxLength':3} ; 'a' 'abc' 'é日\uD83D\uDE00' '\\n\\u00e9' ; '' 'abcd'",
        "{'type':'string','pattern':'^[a-c]+(x|yz)$'} ; 'ax' 'abcyz' ; 'x' 'axy' 'dx' ''",
        "{'type':'string','pattern':'b'} ; 'b' 'abc' ; '' 'ac'",
        "{'type':'string','pattern':'^\\\\p{Lu}'} ; 'A' 'Éa' ; 'a' '1'",
        "{'type':'string','format':'date'} ; '2024-02-28' '1999-12-31' ; '2024-02-30' '2024-13-01' '24-01-01'",
        "{'type':'array','items':{'type':'boolean'},'minItems':1,'maxItems':2} ; [true] [true,false] ; [] [true,true,true] [1]",
        "{'prefixItems':[{'const':1},{'const':2}],'items':false,'type':'array'} ; [] [1] [1,2] ; [2] [1,2,3]",
        "{'type':['string','null']} ; 'x' null ; 1 []",
        "{'anyOf':[{'type':'integer'},{'type':'boolean'}]} ; 1 true ; 'a' 1.5",
    })
    void takesWhatTheSchemaTakesAndNothingElse(String schema, String taken, String refused) {
        for (String text : taken.trim().split(" ")) {
            assertTrue(takes(schema, text), text);
        }
        for (String text : refused.trim().split(" ")) {
            assertFalse(takes(schema, text), text);
        }
    }

    @Test
    void propertiesComeInOrderAndOptionalOnesMayBeLeftOut() {
        String schema = "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'},'c':{'type':'integer'}},'required':['b']}";
        for (String taken : new String[] {"{'b':1}", "{'a':1,'b':2}", "{'a': 1, 'b': 2, 'c': 3}", "{\n  'b': 2,\n  'c': 3\n}"}) {
            assertTrue(takes(schema, taken), taken);
        }
        for (String refused : new String[] {"{}", "{'a':1}", "{'b':2,'a':1}", "{'b':2,'d':1}", "{'b':'x'}", "{'b':2,}"}) {
            assertFalse(takes(schema, refused), refused);
        }
    }

    @Test
    void otherPropertiesAreOnesThatNobodyNames() {
        String schema = "{'type':'object','properties':{'a':{'type':'integer'}},'additionalProperties':{'type':'boolean'},'patternProperties':{'^x':{'type':'null'}}}";
        for (String taken : new String[] {"{}", "{'a':1}", "{'b':true}", "{'a':1,'x1':null,'zz':false}"}) {
            assertTrue(takes(schema, taken), taken);
        }
        for (String refused : new String[] {"{'b':1}", "{'a':true}", "{'a':1,'a':true}", "{'x1':true}", "{'\\u0061':true}"}) {
            assertFalse(takes(schema, refused), refused);
        }
    }

    @Test
    void schemasMayStandInThemselves() {
        String schema = "{'$ref':'#/$defs/tree','$defs':{'tree':{'type':'object','properties':{'value':{'type':'integer'},"
                + "'children':{'type':'array','items':{'$ref':'#/$defs/tree'}}},'required':['value','children'],'additionalProperties':false}}}";
        assertTrue(takes(schema, "{'value':1,'children':[{'value':2,'children':[]},{'value':3,'children':[{'value':4,'children':[]}]}]}"));
        assertFalse(takes(schema, "{'value':1,'children':[{'value':2}]}"));
    }

    @Test
    void oneOfIsHeldToWhereItsAlternativesCanBeToldApart() {
        String apart = "{'oneOf':[{'type':'object','properties':{'kind':{'const':'cat'},'lives':{'type':'integer'}},'required':['kind','lives']},"
                + "{'type':'object','properties':{'kind':{'const':'dog'},'tricks':{'type':'integer'}},'required':['kind']}]}";
        assertTrue(takes(apart, "{'kind':'cat','lives':9}"));
        assertTrue(takes(apart, "{'kind':'dog'}"));
        assertFalse(takes(apart, "{'kind':'cat'}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'properties':{'a':{'not':{}}}} | #/properties/a/not",
        "{'properties':{'a':{'type':'string','pattern':'(?=x)'}}} | #/properties/a/pattern",
        "{'items':{'uniqueItems':true,'type':'array'}} | #/items/uniqueItems",
        "{'$ref':'https://example.com/schema'} | #/$ref",
        "{'$ref':'#/$defs/absent'} | #/$ref",
        "{'$defs':{'a':{'anyOf':[{'$ref':'#/$defs/a'},{'type':'null'}]}},'$ref':'#/$defs/a'} | #/$defs/a/anyOf/0/$ref",
        "{'oneOf':[{'type':'integer'},{'minimum':2,'type':'number'}]} | #/oneOf",
        "{'properties':{'~a/b':{'if':true}}} | #/properties/~0a~1b/if",
        "{'type':'string','format':'colour'} | #/format",
        "{'type':'number','multipleOf':0.01} | #/multipleOf",
        "{'type':'strin'} | #/type",
        "{'minItems':-1} | #/minItems",
        "{'type':'object','required':['a'],'properties':{'a':{'$ref':'#'}}} | no value",
        "{'allOf':[{'type':'string'},{'type':'integer'}]} | no value",
    })
    void whatCannotBeHeldToIsRefusedByItsPath(String schema, String path) {
        Failure refused = assertThrows(Failure.class, () -> of(schema));
        assertTrue(refused.getMessage().contains(path.trim()), refused.getMessage());
    }

    @Test
    void anAnswerThatRunsOutOfTokensIsWholeAllTheSame() throws JsonProcessingException {
        Grammar grammar = of("{'type':'object','properties':{'text':{'type':'string'},'more':{'type':'array','items':{'type':'object'}}},'required':['text','more']}");
        int least = grammar.guide().tokensToEnd();
        assertTrue(least > 5 && least < 25, least + " tokens");
        int cut = 0;
        for (int most = least; most < least + 40; most++) {
            Walker.Walk walk = Walker.walk(grammar, new Random(most), most);
            assertTrue(walk.tokens() <= most);
            assertTrue(JSON.readTree(walk.text()).path("text").isTextual(), walk.text());
            cut += walk.cutShort() ? 1 : 0;
        }
        assertTrue(cut > 20, cut + " were cut short");
    }

    @Test
    @Timeout(60)
    void schemasThatGrowAreBounded() {
        assertEquals(Integer.MAX_VALUE, of("{'type':'array','items':{'type':'integer'},'minItems':2000000000}").guide().tokensToEnd());
        assertEquals(Integer.MAX_VALUE, of("{'type':'string','minLength':2000000000}").guide().tokensToEnd());
        // Each level would hold twice what the one before held, were schemas not told apart by their paths.
        assertTrue(takes("{'$defs':{'a':{'type':'object','properties':{'x':{'allOf':[{'$ref':'#/$defs/a'},{'$ref':'#/$defs/b'}]}}},"
                + "'b':{'type':'object','properties':{'x':{'allOf':[{'$ref':'#/$defs/b'},{'$ref':'#/$defs/a'}]}}}},'$ref':'#/$defs/a'}", "{'x':{'x':{}}}"));
        Failure refused = assertThrows(Failure.class, () -> of("{'type':'string','pattern':'^(a|b)*a(a|b){40}$'}"));
        assertTrue(refused.getMessage().contains("states"), refused.getMessage());
    }

    @Test
    void whatAStopStringCutsOffIsMadeWhole() {
        Guide guide = of("{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'integer'}},'required':['a','b']}").guide();
        assertEquals("\",\"b\":0}", guide.ending("{\"a\":\"so far"));
        assertEquals("0000\",\"b\":0}", guide.ending("{\"a\":\"\\u"));
        assertEquals("", guide.ending("not JSON at all"));
    }

    @Test
    void longStringsTakeFewStates() {
        Grammar grammar = of("{'type':'string','minLength':3000,'maxLength':5000}");
        Term here = grammar.after(grammar.root(), "\"".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Term later = grammar.after(here, "a".repeat(2_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertTrue(grammar.fitting(here) == grammar.fitting(later), "a count far from its bounds makes no difference");
        Term near = grammar.after(later, "a".repeat(995).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertFalse(grammar.fitting(near) == grammar.fitting(later));
    }
}
