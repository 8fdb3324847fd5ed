"""Small cases of the template language, each rendered with CONTEXT."""

CONTEXT = {
    "s": "Hello, World", "blank": "  padded\t\n", "empty": "", "uni": "Straße ÉCOLE 👍 日本", "multi": "a\nb\r\n\nc\n",
    "n": 7, "neg": -3, "zero": 0, "f": 2.5, "big": 12345678901234567890, "tiny": 1e-7, "huge": 1e22, "yes": True, "no": False, "nil": None,
    "l": [3, 1, 2], "el": [], "words": ["b", "A", "c", "a"], "mixed": [1, "x", None, True, 2.0], "nested": [[1, 2], [3, [4, 5]]],
    "d": {"b": 1, "a": "x", "C": [1, 2], "items": "own", "é": None}, "ed": {},
    "people": [{"name": "Zoe", "age": 30, "tags": ["x"]}, {"name": "adam", "age": 25, "tags": []}, {"name": "Bob", "age": 30, "city": {"zip": 1}}],
    "q": "it's \"so\"", "ctl": "\x00\x1f\x7f\u2028\ufeff\t", "html": "<a href='x'>&</a>",
}

EXPRESSIONS = """
s | s[0] | s[-1] | s[1:4] | s[::-1] | s[:-1] | s[100] | s[5:2] | s[::2] | uni[7] | uni[:-3] | uni | uni | length
n + 1 | n - 10 | n * 3 | n / 2 | n // 2 | neg // 2 | n % 3 | neg % 5 | 7 % -3 | -7 // 2 | 2 ** 10 | 2 ** -1 | 2 ** 0.5 | -2 ** 2 | f * 2 | f // 1 | -f % 2 | 1 / 3
n / 0 | n // 0 | n % 0 | 1.0 // 0 | big | big + 1 | big * big | tiny | huge | 1e16 | 123456789012345680.0 | 0.1 + 0.2 | 1e15 | 1e-4 | 0.00001 | -0.0 | 100.0 | 5e-324
1_000 | 0x1F | 0b101 | 0o17 | 1.5e3 | 1e3 | true + true | yes + 1 | -yes | +n | - -n | 1 - -1
s + s | s + 1 | 1 + s | l + [4] | l + (4,) | (1,) + (2,) | s * 2 | 2 * s | s * -1 | l * 2 | l * 0 | s - s | nil + 1 | s ~ 1 | s ~ nil ~ yes ~ l | 1 ~ 2
s == 'Hello, World' | 1 == 1.0 | true == 1 | '1' == 1 | nil == none | l == [3, 1, 2] | l == (3, 1, 2) | d == {} | ed == {} | el == [] | el == ed | missing == missing | missing == nil | missing == ''
1 < 2 < 3 | 1 < 3 < 2 | 'a' < 'b' | 'B' < 'a' | 1 < 'a' | nil < 1 | [1, 2] < [1, 3] | [1] < [1, 0] | 'é' > 'z' | '👍' > '￿' | missing < 1 | l < 3
1 in l | 5 in l | 1.0 in l | 'ell' in s | 1 in s | nil in s | 'a' in d | 'z' not in d | 1 in d | l in nested | [1, 2] in nested | 1 in nil | 1 in missing | 1 in 5 | not 1 in l | 1 not in l
yes and no | yes and s | no or s | el or 'e' | nil and x.y | not el | not not s | not nil == none | 1 and 2 or 3 | 0 or '' or nil
'a' if yes else 'b' | 'a' if no else 'b' | 'a' if no | ('a' if no) is defined | 'a' if yes else x.y.z | 'a' if no else 'b' if no else 'c' | s if s is string else 1
missing | missing.x | missing['x'] | missing.x is defined | d.missing | d.missing.x | d.missing is defined | d['missing'] | nil.x | nil['x'] | n.x | s.x | l.x | l['x'] | l[0] | l[-1] | l[3] | l[-4] | l[1.0] | l[true] | l.0 | d.b | d['b'] | d.items | d['items'] | d.C[1] | d['C'].0 | d.é | s[1.5]
l[1:] | l[:2] | l[::-1] | l[-2:] | l[5:] | (1, 2, 3)[1:] | nested[1][1][0] | nil[1:] | missing[1:] | d[1:] | l[nil:2] | l['a':] | l[::0] | el[0] | range(5)[1:3] | range(5)[2]
l | nested | d | ed | el | () | (1,) | (1, 2) | mixed | nil | yes | f | [s] | [q] | [blank] | [uni] | [ctl] | [nil, yes, 1.0] | {'a': {'b': ['c']}} | [missing] | {1: 2, nil: 3, 'x': yes} | ['\\'] | ["'"] | ['\x41\u00e9'] | range(3) | range(1, 10, 3)
"a\\nb" | 'a\'b' | "\t|" | '\u00e9' | '\x41' | '\101' | '\q' | 'a' 'b' | "\U0001F44D" | '{{' | '%}' | "}}"
""".strip().split("\n")

PLAIN = """
blank|trim
blank|trim|length
'xxaxx'|trim('x')
'  a'|trim(' ')
nil|trim
n|trim
missing|trim
s|upper
s|lower
uni|upper
uni|lower
uni|title
uni|capitalize
'hello wORLD-foo (bar) [x]'|title
'hELLO'|capitalize
'ǆ'|capitalize
'ß'|capitalize
''|capitalize
nil|upper
s|replace('l', 'L')
s|replace('l', 'L', 2)
s|replace('', '-')
n|replace('7', 'x')
s|replace(old='o', new='0')
s|replace('l')
nil|replace('N', 'n')
l|join
l|join(', ')
words|join('-')
s|join('.')
mixed|join('|')
people|join(', ', attribute='name')
d|join(',')
nil|join
missing|join(',')
l|length
d|count
s|length
nil|length
n|length
missing|length
l|map('string')|length
l|first
l|last
s|first
s|last
el|first
el|last
d|first
(el|first) is defined
l|map('string')|first
l|map('string')|last
s|list
d|list
nil|list
missing|list
(1,2)|list
d|items
d|items|list
ed|items|list
missing|items|list
nil|items
l|items
d|dictsort
d|dictsort(true)
d|dictsort(by='value')
d|dictsort(reverse=true)
{'b': 2, 'a': 3}|dictsort(false, 'value')
people|map(attribute='name')|list
people|map(attribute='city.zip')|list
people|map(attribute='city.zip', default='none')|list
people|map(attribute='tags.0')|list
people|map(attribute='city', default=0)|list
nested|map(attribute=0)|list
words|map('upper')|list
words|map('replace', 'a', 'x')|join
words|map('nosuch')|list
words|map
l|map('string')
nil|map('upper')|list
missing|map('upper')|list
l|select|list
l|select('odd')|list
l|select('greaterthan', 1)|list
l|reject('odd')|list
mixed|select('string')|list
mixed|reject('none')|list
mixed|select|list
people|selectattr('age', 'equalto', 30)|map(attribute='name')|list
people|selectattr('age', '==', 30)|list|length
people|selectattr('age', 'in', [25])|list|length
people|selectattr('city')|list|length
people|selectattr('city', 'defined')|list|length
people|rejectattr('city', 'defined')|list|length
people|rejectattr('tags')|map(attribute='name')|list
people|selectattr('age', 'ge', 30)|list|length
people|selectattr('nosuch.deeper')|list
people|selectattr('age', 'nosuch')|list
nil|selectattr('x')|list
people|selectattr
(people|selectattr('age', 'eq', 99)) is defined
'y' if people|selectattr('age', 'eq', 99) else 'n'
missing|default('x')
nil|default('x')
nil|default('x', true)
''|default('x', boolean=true)
missing|default
missing|d('x')
d.missing|default('x')
d.missing.x|default('x')
n|string
nil|string
l|string
'12'|int
' 12 '|int
'3.7'|int
'x'|int
'x'|int(5)
'ff'|int(base=16)
'0x1f'|int(0, 16)
'1_000'|int
f|int
neg|int
nil|int
nil|int(default=4)
yes|int
l|int
'-2.9'|int
missing|int
'2.50'|float
'x'|float
'x'|float(1.5)
n|float
nil|float
'1e3'|float
'inf'|float
'nan'|float
multi|indent
multi|indent(2)
multi|indent(2, true)
multi|indent(2, blank=true)
multi|indent('> ', first=true)
'a'|indent
''|indent
n|indent
d|tojson
d|tojson(indent=2)
nested|tojson(indent=1)
mixed|tojson
people|tojson
people|tojson(indent=4)
el|tojson(indent=2)
ed|tojson(indent=2)
{'a': el, 'b': ed}|tojson(indent=2)
uni|tojson
uni|tojson(ensure_ascii=true)
q|tojson
ctl|tojson
html|tojson
'\x7f\x80'|tojson(ensure_ascii=true)
d|tojson(sort_keys=true)
d|tojson(separators=(',', ':'))
d|tojson(indent=2, separators=(', ', ' = '))
d|tojson(false, 2)
d|tojson(indent=0)
d|tojson(indent='\t')
{1: 2, nil: 3, yes: 4, 1.5: 5}|tojson
(1, 2)|tojson
missing|tojson
[missing]|tojson
range(3)|tojson
d.items()|tojson
l|map('string')|tojson
tiny|tojson
huge|tojson
big|tojson
1.0|tojson
[1e16, 1e-5, 0.1]|tojson
('inf'|float)|tojson
nil|tojson
s|safe
html|safe
html|e
html|escape
(html|safe) ~ html
'<' + (html|safe)
(html|safe) + '<'
html|e|upper
(html|e)|e
html|forceescape
[html|safe]
l|sort
words|sort
words|sort(case_sensitive=true)
words|sort(reverse=true)
people|sort(attribute='name')|map(attribute='name')|list
people|sort(attribute='age,name')|map(attribute='name')|list
people|sort(true, attribute='age')|map(attribute='name')|list
mixed|sort
s|sort
d|sort
nil|sort
words|unique|list
[1, 1.0, true, 2]|unique|list
people|unique(attribute='age')|map(attribute='name')|list
nested|unique|list
l|reverse|list
s|reverse
uni|reverse
l|reverse
nil|reverse
l|min
l|max
words|min
words|max
el|max
people|max(attribute='age')
l|sum
people|sum(attribute='age')
people|sum('age', 5)
words|sum
2.5|round
3.5|round
2.567|round(2)
2.675|round(2)
n|round
1234|round(-2)
1234.5|round(-2)
2.1|round(method='ceil')
2.9|round(0, 'floor')
2.567|round(1, 'ceil')
neg|abs
-2.5|abs
s|abs
l|batch(2)|list
l|batch(2, 'x')|list
l|slice(2)|list
l|slice(2, 'x')|list
people|groupby('age')|list
people|groupby('age')|length
s|center(20)
s|center
'ab'|center(5)
s|truncate(5)
s|truncate(5, true)
s|truncate(9, leeway=0)
s|truncate(5, end='!')
s|wordcount
uni|wordcount
'%s-%s'|format(1, 'a')
'%05.1f|%-5s|%5s|%d|%x|%%'|format(3.14159, 'ab', 'cd', 42, 255)
'%(a)s'|format(a=1)
'%s'|format
'%s'|format(1, 2)
'%d'|format('x')
'%+d % d %03d'|format(1, 2, -3)
'%s' % s
'%s %s' % (1, 2)
'%r' % s
'%.2f' % f
s|urlencode
'a b&c/d~é'|urlencode
d|attr('b')
d|attr('keys')
s|attr('upper')
s|attr('__class__')
s.upper()
s.lower()
s.title()
"they're bill's".title()
uni.title()
uni.capitalize()
uni.swapcase()
blank.strip()
blank.lstrip()
blank.rstrip()
'xaxbx'.strip('x')
'xyaxy'.rstrip('yx')
s.split()
s.split(', ')
s.split('l')
s.split('l', 1)
s.rsplit('l', 1)
s.rsplit(None, 1)
' a  b c '.split()
' a  b c '.split(None, 1)
' a  b c '.rsplit(None, 1)
' a b '.split(' ')
''.split()
''.split(',')
s.split('')
s.split(sep=',', maxsplit=1)
multi.splitlines()
multi.splitlines(true)
s.startswith('Hell')
s.startswith(('x', 'H'))
s.startswith('l', 2)
s.startswith(nil)
s.endswith('ld')
s.endswith('o', 0, 5)
s.replace('l', 'L')
s.replace('l', 'L', 1)
s.replace('o', '')
s.replace('', '-')
uni.replace('', '-')
s.find('o')
s.find('o', 5)
s.find('zz')
s.rfind('o')
uni.find('日')
s.index('W')
s.index('zz')
s.count('l')
s.count('')
s.count('l', 3)
s.partition(', ')
s.rpartition('o')
s.partition('zz')
s.rpartition('zz')
s.removeprefix('Hello')
s.removesuffix('World')
s.removesuffix('x')
'-'.join(words)
'-'.join(l)
'-'.join('abc')
'-'.join(d)
'7'.zfill(3)
'-7'.zfill(4)
'ab'.center(7, '*')
'ab'.ljust(4) ~ '|'
'ab'.rjust(4, '.')
'{} and {}'.format(1, 'b')
'{0}{1}{0}'.format('a', 'b')
'{x} {y[b]} {z[0]}'.format(x=1, y=d, z=l)
'{:>5}|{:<5}|{:^5}|{:05d}|{:.2f}|{:,}'.format('a', 'b', 'c', 42, 3.14159, 1234567)
'{{}}'.format()
'{}'.format()
'{!r}'.format('a')
'abc'.isalpha()
'ab1'.isalnum()
'12'.isdigit()
'½'.isnumeric()
''.isalpha()
'Ab'.isupper()
'AB1'.isupper()
'ab'.islower()
' \t'.isspace()
'Hello World'.istitle()
'a_1'.isidentifier()
s.isascii()
s.upper
s.nosuch()
s.upper(1)
s.__class__
s.__class__.__mro__
d.keys()
d.values()
d.items()
d.keys()|list
d.items()|list
d.get('b')
d.get('z')
d.get('z', 5)
d.get('z', default=5)
d.get()
d['items']
d.keys()[0]
ed.keys()
'b' in d.keys()
d.pop('b')
d.update({'x': 1})
d.copy()
l.append(4)
l.append
l.append is defined
l.index(1)
l.index(9)
l.count(1)
l.copy()
l.pop()
l.sort()
(1, 2, 1).count(1)
range(3)|list
range(2, 8, 3)|list
range(5, 0, -2)|list
range(0)|list
range(3)|length
range(1000000)
range('a')
range()
range(3) == range(3)
dict(a=1, b=2)
dict({'a': 1}, b=2)
dict([('a', 1)])
namespace(a=1).a
namespace().a
namespace(a=1).a is defined
namespace({'a': 1}).a
namespace(a=1)['a']
raise_exception('No!')
raise_exception(s ~ 1)
raise_exception()
strftime_now('%Y-%m-%d')
strftime_now('%d %B %Y, %H:%M:%S %p %A %a %b %j %y %I %%')
strftime_now('%-d/%-m %e %F %T')
joiner('x') is callable
nosuch()
nosuch.thing()
s()
n()
nil()
s is string
n is string
n is number
f is number
yes is number
n is integer
yes is integer
f is float
yes is boolean
nil is none
missing is none
missing is defined
missing is undefined
s is defined
d is mapping
l is mapping
l is sequence
s is sequence
d is sequence
n is sequence
nil is sequence
missing is sequence
l is iterable
s is iterable
n is iterable
missing is iterable
l|map('string') is iterable
(l|map('string')) is sequence
range(3) is sequence
s.upper is callable
s is callable
range is callable
missing is callable
n is odd
n is even
n is divisibleby 7
n is divisibleby(2)
n is eq 7
n is equalto(7)
n is ne 7
n is gt 5
n is lt(5)
n is in l
1 is in l
'H' is in s
s is not string
n is not divisibleby 2
yes is true
yes is false
1 is true
nil is sameas none
s is sameas s
'abc' is lower
'ABC' is upper
'upper' is filter
'nosuch' is filter
'odd' is test
s is odd
n is nosuch
s|nosuch
'a' if yes else s|nosuch
'a' if no else s|nosuch
n is string or n is number
n is string and missing.x
l is string is string
s is defined and s
not s is string
s is string == true
-n|abs
(-n)|abs
n + 1|string|length
n ~ '1'|int + 1
2 * 3 + 4 // 3 - 1 ~ 5
'a' ~ 1 + 2
l|length - 1
l|length > 2
l[l|length - 1]
s[n:]|upper
{'a': 1}.a
{'a': 1}['a']
[1, 2, 3,][1]
(1, 2, 3,)
[1, 2,]
{'a': 1,}
1, 2
s, n
(s)
((n))
'a' 'b' ~ 'c'
s.split(',')[0].upper()
people[0].name
people[0]['name']
people[-1].city.zip
people[0].tags[0]
people[0]['tags'][5]
people[0].city.zip
'a' in 'abc' and 'b' in 'abc'
s|upper|lower|title
l|map('string')|join(',')|length
true
True
none
None
false
""".strip("\n").split("\n")

STATEMENTS = [
    "{% for x in l %}{{ x }}{% endfor %}",
    "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}",
    "{% for x in l %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }};{% endfor %}",
    "{% for x in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{% endfor %}",
    "{% for x in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}",
    "{% for x in el %}x{% else %}none{% endfor %}",
    "{% for x in nil %}x{% endfor %}", "{% for x in missing %}x{% else %}e{% endfor %}", "{% for x in n %}x{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in d|items %}{{ k }}{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}",
    "{% for c in uni %}{{ c }}.{% endfor %}", "{% for a, b in nested %}{{ a }}{{ b }}{% endfor %}", "{% for a, b in l %}x{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for (a, b) in [(1, 2)] %}{{ a }}{{ b }}{% endfor %}",
    "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}/{{ loop.length }} {% else %}e{% endfor %}", "{% for x in l if x > 9 %}x{% else %}e{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in l %}{% for y in l %}{% if y == 1 %}{% break %}{% endif %}{{ x }}{{ y }}{% endfor %};{% endfor %}",
    "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", "{{ loop }}", "{% for x in l %}{{ loop.nosuch }}{% endfor %}",
    "{% for x in l|map('string') %}{{ loop.length }}{{ loop.last }}{% endfor %}", "{% for x in l recursive %}{{ x }}{% endfor %}",
    "{% for x in nested recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{% endif %}{% endfor %}",
    "{% for x in range(3) %}{{ x }}{% endfor %}{{ x }}", "{% set x = 0 %}{% for i in l %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 0 %}{% for x in l %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=0, y=[]) %}{% set ns.y = ns.y + [1] %}{{ ns.y }}{{ ns.z is defined }}", "{% set d.x = 1 %}", "{% set missing.x = 1 %}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set (a, b) = (1, 2) %}{{ b }}", "{% set a = 1, 2 %}{{ a }}", "{% set a, b = [1, 2, 3] %}",
    "{% set x %}a{{ n }}b{% endset %}{{ x }}{{ x|length }}", "{% set x | upper %}abc{% endset %}{{ x }}", "{% set x | replace('a', 'b') | trim %} abc {% endset %}[{{ x }}]",
    "{% if yes %}{% set x = 1 %}{% endif %}{{ x }}", "{% if no %}{% set x = 1 %}{% endif %}{{ x is defined }}", "{% if no %}{% set s = 1 %}{% endif %}{{ s }}",
    "{% if no %}a{% elif nil %}b{% elif yes %}c{% else %}d{% endif %}", "{% if no %}a{% else %}d{% endif %}", "{% if missing %}a{% else %}b{% endif %}", "{% if el %}a{% endif %}b",
    "{% if l and d %}a{% endif %}", "{% if not missing is defined %}a{% endif %}", "{% if missing.x %}a{% endif %}", "{% if s|length > 3 and 'H' in s %}y{% endif %}",
    "{% if no %}{{ s|nosuch }}{% endif %}ok", "{% if no %}{{ s is nosuch }}{% endif %}ok",
    "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=1, a=0) }} {{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(c=2) }}",
    "{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}", "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(5) }}", "{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ s }}{{ later }}{% endmacro %}{% set later = 1 %}{{ m() }}", "{% macro m(x) %}{% if x > 0 %}{{ x }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(5) }}",
    "{% macro m() %} a {% endmacro %}{{ m()|trim }}|{{ m()|length }}", "{% macro m() %}{% set s = 2 %}{{ s }}{% endmacro %}{{ m() }}{{ s }}", "{{ m() }}{% macro m() %}x{% endmacro %}",
    "{% macro m(x) %}<{{ caller() }}>{% endmacro %}{% call m(1) %}body{{ n }}{% endcall %}", "{% macro m(x) %}{{ caller(x + 1) }}{% endmacro %}{% call(y) m(1) %}[{{ y }}]{% endcall %}",
    "{% macro m(x) %}x{% endmacro %}{% call m(1) %}b{% endcall %}", "{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}", "{% for x in l %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m.name }}{{ m.arguments }}", "{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(*[1, 2]) }}{{ m(**{'a': 1, 'b': 3}) }}",
    "{% with x = 1, y = 2 %}{{ x }}{{ y }}{% endwith %}{{ x }}", "{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z }}", "{% set x = 1 %}{% with x = 2, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}",
    "{% filter upper %}abc{{ s }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}abc{% endfilter %}", "{% generation %}a{{ n }}{% set g = 1 %}{% endgeneration %}{{ g }}", "{% print s %}", "{% raw %}{{ x }}{% y %}{% endraw %}",
    "{%- raw -%}  {{ x }}  {%- endraw -%}  b", "{% raw %}\n a\n{% endraw %}\nb", "a{# comment #}b", "a\n  {# comment #}\nb", "a {#- c -#} b", "{# {{ x }} {% if %} #}",
    "a\n{% if yes %}\nb\n{% endif %}\nc\n", "a\n  {% if yes %}\n  b\n  {% endif %}\n  c", "a\n  {%+ if yes %}\n  b\n  {%+ endif +%}\n  c", "a  {% if yes %}  b  {% endif %}  c", "a\n  {%- if yes -%}\n  b\n  {%- endif -%}\n  c",
    "  {{ n }}  \n  {{- n -}}  \n  x", "a\n\n{% if yes %}\n\nb{% endif %}\n\n", "{{ n }}\n", "{{ n }}\n\n", "\n", "", "a\r\nb\rc\n", "{% if yes %}\r\nb{% endif %}", " {% if yes %}a{% endif %} ", "\t{% if yes %}a{% endif %}\t\n", "x {%- if yes %} a{% endif %}",
    "{{ '\\n' }}  {%- if yes %}a{% endif %}", "{{ n -}}\n\n{% if yes %}x{% endif %}", "{{ n }}{% if yes %}\n{% endif %}x", "{% set x = 1 -%}\n  b", "{%- set x = 1 %}\n  b", "{%set x=1%}{{x}}", "{{x}}{{-x-}}", "{%-if yes-%}a{%-endif-%}",
    "{{ {'a': {'b': 1}} }}", "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ '}}' }}", "{{ \"%}\" }}", "{% set x = {'a': [1, {'b': 2}]} %}{{ x.a[1].b }}", "{{", "{% if %}", "{% if yes %}", "{% endif %}", "{% for x %}{% endfor %}", "{{ 1 + }}", "{{ 'abc }}", "{% nosuch %}", "{% break %}",
    "{{ 1 if }}", "{{ (1 }}", "{{ [1 }}", "{{ a b }}", "{{ $ }}", "{% set %}", "{% set 1 = 2 %}", "{% macro %}{% endmacro %}", "{{ s|upper() }}", "{{ f(a=1, 2) }}", "{% if yes: %}a{% endif %}", "{% for x in l: %}{{ x }}{% endfor %}",
    "{% set j = joiner('|') %}{{ j() }}a{{ j() }}b{{ j() }}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.current }}",
    "{% set x = l|map('string') %}{{ x|list }}{{ x|list }}", "{% set x = l|select('odd') %}{% for y in x %}{{ y }}{% endfor %}{% for y in x %}{{ y }}{% endfor %}", "{% if l|select('gt', 9) %}a{% endif %}",
    "{% for p in people|selectattr('age', 'eq', 30) %}{{ p.name }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% for g in people|groupby('age') %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}", "{% for a, b in people|groupby('age') %}{{ a }}{{ b|length }}{% endfor %}",
    "{% for x in l|sort %}{{ x }}{% endfor %}", "{% for x in (1, 2) %}{{ x }}{% endfor %}", "{% for x in 1, 2 %}{{ x }}{% endfor %}", "{% for x in l[::-1] %}{{ x }}{% endfor %}", "{% for x in l|reverse %}{{ x }}{% endfor %}", "{% for x in s.split(',') %}[{{ x|trim }}]{% endfor %}",
    "{% for row in l|batch(2) %}{{ row }}{% endfor %}", "{% for i in range(l|length) %}{{ l[i] }}{% endfor %}", "{% for x in (l if yes else el) %}{{ x }}{% endfor %}", "{% for x in l %}{% set loop = 5 %}{{ loop }}{% endfor %}", "{% for loop in l %}{{ loop }}{% endfor %}",
    "{% set x = namespace() %}{% set x.a = 1 %}{% set x.a = x.a + 1 %}{{ x.a }}", "{% set x = namespace(a=l|length - 1) %}{{ x.a }}", "{% set ns = namespace(f=false) %}{% for x in l %}{% if not ns.f %}{% set ns.f = true %}{{ x }}{% endif %}{% endfor %}",
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}", "{% if yes %}{{ raise_exception('a' ~ n) }}{% endif %}", "{% set messages = l[1:] %}{{ messages }}", "{% set s = s|upper %}{{ s }}", "{% set true = 1 %}",
    "{% include 'a' %}", "{% extends 'a' %}", "{% import 'a' as b %}", "{% do l %}", "{% trans %}a{% endtrans %}", "{{ lipsum is defined }}", "{{ s|xmlattr }}",
    "{% for x in l %}{% continue %}{% else %}e{% endfor %}", "{% for x in l %}{% break %}{% else %}e{% endfor %}", "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{% else %}e{% endfor %}",
    "{% for x in l %}{% if x == 3 %}{% continue %}{% endif %}a{% else %}e{% endfor %}", "{% for x in l %}{{ x }}{% else %}{% break %}{% endfor %}", "{% for y in l %}{% for x in el %}{% else %}{% break %}{% endfor %}{{ y }}{% endfor %}z", "{% for x in l %}{% if loop.first %}{% set first = x %}{% endif %}{{ first is defined }}{% endfor %}",
    "{% macro a() %}A{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}", "{{ (n > 5) ~ (n < 5) }}", "{{ n if n is defined and n is not none else 'x' }}", "{{ (s ~ '!')|upper ~ '?' }}", "{{- s -}}", "{{ s }}  {{ n }}", "{{s}}\n{{n}}\n\n{{f}}",
]

# an expression may not hold " | " here: that is a filter's spelling too, so those stand one a line
CASES = (["{{ " + expression + " }}" for line in EXPRESSIONS for expression in line.split(" | ")] + ["{{ " + expression + " }}" for expression in PLAIN] + STATEMENTS)
