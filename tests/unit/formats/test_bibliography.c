// BibTeX and RIS from CSL-JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "formats/bibtex.h"
#include "formats/ris.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef void writer(const json_t *csl, struct buffer *out);

static json_t *item_read(const char *text)
{
    json_error_t error;
    json_t *item = json_loads(text, 0, &error);
    if (!item)
        fail_msg("%s: %s", text, error.text);
    return item;
}

static void expect(const char *sentence, writer *write, const char *given, const char *expected)
{
    AUTO(json) json_t *item = item_read(given);
    AUTO(buffer) struct buffer out = {0};
    write(item, &out);
    assert_false(out.failed);
    if (strcmp(buffer_text(&out), expected) != 0)
        fail_msg("%s\n--- got\n%s--- expected\n%s", sentence, buffer_text(&out), expected);
}

// --- Types

struct type {
    const char *csl;
    const char *bibtex;
    const char *ris;
};

// Every type of the contract's CslType.
static const struct type types[] = {
    {"article", "misc", "GEN"},
    {"article-journal", "article", "JOUR"},
    {"article-magazine", "article", "MGZN"},
    {"article-newspaper", "article", "NEWS"},
    {"bill", "misc", "BILL"},
    {"book", "book", "BOOK"},
    {"broadcast", "misc", "VIDEO"},
    {"chapter", "incollection", "CHAP"},
    {"dataset", "misc", "DATA"},
    {"document", "misc", "GEN"},
    {"entry", "incollection", "CHAP"},
    {"entry-dictionary", "incollection", "DICT"},
    {"entry-encyclopedia", "incollection", "ENCYC"},
    {"event", "misc", "GEN"},
    {"hearing", "misc", "HEAR"},
    {"interview", "misc", "PCOMM"},
    {"legal_case", "misc", "CASE"},
    {"legislation", "misc", "STAT"},
    {"manuscript", "unpublished", "UNPB"},
    {"map", "misc", "MAP"},
    {"motion_picture", "misc", "MPCT"},
    {"pamphlet", "booklet", "PAMP"},
    {"paper-conference", "inproceedings", "CONF"},
    {"patent", "misc", "PAT"},
    {"performance", "misc", "GEN"},
    {"periodical", "misc", "JFULL"},
    {"personal_communication", "misc", "PCOMM"},
    {"post", "misc", "BLOG"},
    {"post-weblog", "misc", "BLOG"},
    {"regulation", "misc", "STAT"},
    {"report", "techreport", "RPRT"},
    {"review", "article", "JOUR"},
    {"software", "misc", "COMP"},
    {"song", "misc", "SOUND"},
    {"speech", "misc", "GEN"},
    {"standard", "misc", "STAND"},
    {"thesis", "phdthesis", "THES"},
    {"treaty", "misc", "GEN"},
    {"webpage", "misc", "ELEC"},
};

static void every_type_has_an_entry_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        char given[100], bibtex[100], ris[100];
        snprintf(given, sizeof(given), "{\"id\":\"k1\",\"type\":\"%s\",\"volume\":\"7\"}",
                 types[i].csl);
        snprintf(bibtex, sizeof(bibtex), "@%s{k1,\n  volume = {7},\n}\n\n", types[i].bibtex);
        snprintf(ris, sizeof(ris), "TY  - %s\r\nVL  - 7\r\nID  - k1\r\nER  - \r\n\r\n",
                 types[i].ris);
        expect(types[i].csl, bibtex_write, given, bibtex);
        expect(types[i].csl, ris_write, given, ris);
    }
}

// --- Whole entries

struct entry {
    const char *sentence;
    const char *given;
    const char *bibtex;
    const char *ris;
};

static const struct entry entries[] = {
    {"an article has every field, in one order",
     "{\"note\":\"N\",\"keyword\":\"a, b\",\"URL\":\"https://x.org/a_b?c=d&e=%20\",\"ISSN\":"
     "\"1234-5678\",\"DOI\":\"10.1000/a_b\",\"language\":\"en\",\"page\":\"3-9\",\"issue\":\"2\","
     "\"volume\":\"1\",\"genre\":\"G\",\"edition\":\"2\",\"publisher-place\":\"Pl\",\"publisher\":"
     "\"Pub\",\"collection-title\":\"Ser\",\"container-title\":\"Jour & Nal\",\"title-short\":"
     "\"Sh\",\"title\":\"Title\",\"accessed\":{\"date-parts\":[[2024,12,8]]},\"issued\":{\"date-"
     "parts\":[[2020,2,3]]},\"editor\":[{\"family\":\"Ed\",\"given\":\"I.\"}],\"author\":[{"
     "\"family\":\"Au\",\"given\":\"T.\"},{\"literal\":\"An Office\"}],\"type\":\"article-"
     "journal\",\"id\":\"au2020\"}",
     "@article{au2020,\n  author = {Au, T. and {An Office}},\n  editor = {Ed, I.},\n  title = "
     "{{Title}},\n  shorttitle = {{Sh}},\n  journal = {Jour \\& Nal},\n  series = {{Ser}},\n  "
     "publisher = {Pub},\n  address = {Pl},\n  edition = {2},\n  type = {G},\n  year = {2020},\n  "
     "month = feb,\n  day = {3},\n  volume = {1},\n  number = {2},\n  pages = {3--9},\n  issn = "
     "{1234-5678},\n  doi = {10.1000/a_b},\n  url = {https://x.org/a_b?c=d&e=%20},\n  urldate = "
     "{2024-12-08},\n  language = {en},\n  keywords = {a, b},\n  note = {N},\n}\n\n",
     "TY  - JOUR\r\nAU  - Au, T.\r\nAU  - An Office,\r\nED  - Ed, I.\r\nPY  - 2020\r\nDA  - "
     "2020/02/03\r\nY2  - 2024/12/08\r\nTI  - Title\r\nST  - Sh\r\nT2  - Jour & Nal\r\nJF  - Jour "
     "& Nal\r\nT3  - Ser\r\nPB  - Pub\r\nCY  - Pl\r\nET  - 2\r\nM3  - G\r\nVL  - 1\r\nIS  - "
     "2\r\nSP  - 3\r\nEP  - 9\r\nSN  - 1234-5678\r\nDO  - 10.1000/a_b\r\nUR  - "
     "https://x.org/a_b?c=d&e=%20\r\nLA  - en\r\nKW  - a\r\nKW  - b\r\nN1  - N\r\nID  - "
     "au2020\r\nER  - \r\n\r\n"},
    {"a web page is published by its site",
     "{\"id\":\"k\",\"type\":\"webpage\",\"title\":\"T\",\"container-title\":\"Site\","
     "\"publisher\":\"P\",\"URL\":\"https://x.org\"}",
     "@misc{k,\n  title = {{T}},\n  howpublished = {Site},\n  publisher = {P},\n  url = "
     "{https://x.org},\n}\n\n",
     "TY  - ELEC\r\nTI  - T\r\nT2  - Site\r\nPB  - P\r\nUR  - https://x.org\r\nID  - k\r\nER  - "
     "\r\n\r\n"},
    {"or by its publisher", "{\"id\":\"k\",\"type\":\"webpage\",\"publisher\":\"P\"}",
     "@misc{k,\n  howpublished = {P},\n}\n\n",
     "TY  - ELEC\r\nPB  - P\r\nID  - k\r\nER  - \r\n\r\n"},
    {"an article in a journal is one",
     "{\"id\":\"k\",\"type\":\"article\",\"container-title\":\"J\"}",
     "@article{k,\n  journal = {J},\n}\n\n",
     "TY  - JOUR\r\nT2  - J\r\nJF  - J\r\nID  - k\r\nER  - \r\n\r\n"},
    {"a report has an institution, a number and a type",
     "{\"id\":\"k\",\"type\":\"report\",\"publisher\":\"I\",\"number\":\"R1\",\"genre\":\"Brief\"}",
     "@techreport{k,\n  institution = {I},\n  type = {Brief},\n  number = {R1},\n}\n\n",
     "TY  - RPRT\r\nPB  - I\r\nM3  - Brief\r\nM1  - R1\r\nID  - k\r\nER  - \r\n\r\n"},
    {"a thesis has a school, and a master's is another entry",
     "{\"id\":\"k\",\"type\":\"thesis\",\"publisher\":\"U\",\"genre\":\"Master's thesis\"}",
     "@mastersthesis{k,\n  school = {U},\n  type = {Master's thesis},\n}\n\n",
     "TY  - THES\r\nPB  - U\r\nM3  - Master's thesis\r\nID  - k\r\nER  - \r\n\r\n"},
    {"a chapter is in a book, whose title keeps its case",
     "{\"id\":\"k\",\"type\":\"chapter\",\"container-title\":\"The Book\",\"ISBN\":\"1\"}",
     "@incollection{k,\n  booktitle = {{The Book}},\n  isbn = {1},\n}\n\n",
     "TY  - CHAP\r\nT2  - The Book\r\nSN  - 1\r\nID  - k\r\nER  - \r\n\r\n"},
    {"the container of a book is its series",
     "{\"id\":\"k\",\"type\":\"book\",\"container-title\":\"C\"}",
     "@book{k,\n  series = {{C}},\n}\n\n", "TY  - BOOK\r\nT2  - C\r\nID  - k\r\nER  - \r\n\r\n"},
    {"an id that is no citation key becomes one in BibTeX",
     "{\"id\":\"a b,{c}%é\",\"type\":\"map\"}", "@misc{a_b__c__é,\n}\n\n",
     "TY  - MAP\r\nID  - a b,{c}%é\r\nER  - \r\n\r\n"},
    {"blank fields are absent",
     "{\"id\":\"k\",\"type\":\"map\",\"title\":\" \\n\\u2028\",\"volume\":\" \"}",
     "@misc{k,\n}\n\n", "TY  - MAP\r\nID  - k\r\nER  - \r\n\r\n"},
};

static void entries_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(entries); i++) {
        expect(entries[i].sentence, bibtex_write, entries[i].given, entries[i].bibtex);
        expect(entries[i].sentence, ris_write, entries[i].given, entries[i].ris);
    }
}

// --- Single fields, as lines between the head and the foot of a map's entry

struct field {
    const char *sentence;
    const char *given;
    const char *bibtex;
    const char *ris;
};

static void expect_fields(const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char given[1000], bibtex[1000], ris[1000];
        snprintf(given, sizeof(given), "{\"id\":\"k\",\"type\":\"map\",%s}", fields[i].given);
        snprintf(bibtex, sizeof(bibtex), "@misc{k,\n%s}\n\n", fields[i].bibtex);
        snprintf(ris, sizeof(ris), "TY  - MAP\r\n%sID  - k\r\nER  - \r\n\r\n", fields[i].ris);
        expect(fields[i].sentence, bibtex_write, given, bibtex);
        expect(fields[i].sentence, ris_write, given, ris);
    }
}

static const struct field texts[] = {
    {"what TeX takes for commands is escaped", "\"title\":\"A & B 50% $5 #1 a_b\"",
     "  title = {{A \\& B 50\\% \\$5 \\#1 a\\_b}},\n", "TI  - A & B 50% $5 #1 a_b\r\n"},
    {"so are tilde, circumflex and backslash", "\"title\":\"~a^b\\\\c\"",
     "  title = {{\\textasciitilde{}a\\textasciicircum{}b\\textbackslash{}c}},\n",
     "TI  - ~a^b\\c\r\n"},
    {"a command is text", "\"title\":\"\\\\input{x}\"",
     "  title = {{\\textbackslash{}input\\{x\\}}},\n", "TI  - \\input{x}\r\n"},
    {"braces that pair up", "\"title\":\"{a {b}} {}\"", "  title = {{\\{a \\{b\\}\\} \\{\\}}},\n",
     "TI  - {a {b}} {}\r\n"},
    {"a brace that is left open", "\"title\":\"{a\"", "  title = {{\\textbraceleft{}a}},\n",
     "TI  - {a\r\n"},
    {"a brace that closes nothing", "\"title\":\"a}\"", "  title = {{a\\textbraceright{}}},\n",
     "TI  - a}\r\n"},
    {"braces the wrong way round", "\"title\":\"}{\"",
     "  title = {{\\textbraceright{}\\textbraceleft{}}},\n", "TI  - }{\r\n"},
    {"at signs and quotes stand as they are", "\"title\":\"@book{k, \\\"q\\\" 'r'}\"",
     "  title = {{@book\\{k, \"q\" 'r'\\}}},\n", "TI  - @book{k, \"q\" 'r'}\r\n"},
    {"dashes and quotes do not melt together", "\"title\":\"a--b---c ''d'' ``e ?`f <<g>>\"",
     "  title = {{a-{}-b-{}-{}-c '{}'d'{}' `{}`e ?{}`f <{}<g>{}>}},\n",
     "TI  - a--b---c ''d'' ``e ?`f <<g>>\r\n"},
    {"line breaks are spaces, and the ends are trimmed",
     "\"title\":\"\\n a\\r\\nER  - \\tb\\u0001\\u007f\\u0085\\u2028c\\u2029\"",
     "  title = {{a ER - b c}},\n", "TI  - a ER - b c\r\n"},
    {"other spaces stay", "\"title\":\"a\\u00a0b\\u3000c\"",
     "  title = {{a\xc2\xa0"
     "b\xe3\x80\x80"
     "c}},\n",
     "TI  - a\xc2\xa0"
     "b\xe3\x80\x80"
     "c\r\n"},
    {"diacritics, CJK, right to left and beyond the BMP stay UTF-8",
     "\"title\":\"Łódź é e\\u0301 中文 العربية \\u200fא 😀 À\"",
     "  title = {{Łódź é e\xcc\x81 中文 العربية \xe2\x80\x8fא 😀 À}},\n",
     "TI  - Łódź é e\xcc\x81 中文 العربية \xe2\x80\x8fא 😀 À\r\n"},
    {"doi and url are no TeX",
     "\"DOI\":\"10.1000/a_b&#%$~^\",\"URL\":\"https://x.org/~a_b%20&#$^\"",
     "  doi = {10.1000/a_b&#%$~^},\n  url = {https://x.org/~a_b%20&#$^},\n",
     "DO  - 10.1000/a_b&#%$~^\r\nUR  - https://x.org/~a_b%20&#$^\r\n"},
    {"but braces and backslashes there would break the entry", "\"URL\":\"https://x.org/{a\\\\\"",
     "  url = {https://x.org/%7Ba%5C},\n", "UR  - https://x.org/{a\\\r\n"},
    {"an issue goes before a number, for BibTeX has one of them",
     "\"issue\":\"1\",\"number\":\"2\"", "  number = {1},\n", "IS  - 1\r\nM1  - 2\r\n"},
    {"keywords are one a line in RIS", "\"keyword\":\", a b,,c ,\"",
     "  keywords = {, a b,{},c ,},\n", "KW  - a b\r\nKW  - c\r\n"},
};

static void texts_are_escaped(void **state)
{
    (void)state;
    expect_fields(texts, COUNT(texts));
}

static const struct field pages[] = {
    {"a range", "\"page\":\"3-9\"", "  pages = {3--9},\n", "SP  - 3\r\nEP  - 9\r\n"},
    {"with an en dash", "\"page\":\"3–9\"", "  pages = {3--9},\n", "SP  - 3\r\nEP  - 9\r\n"},
    {"with two hyphens and spaces", "\"page\":\"3 -- 9\"", "  pages = {3 -- 9},\n",
     "SP  - 3\r\nEP  - 9\r\n"},
    {"one page", "\"page\":\"e12\"", "  pages = {e12},\n", "SP  - e12\r\n"},
    {"several ranges are not one", "\"page\":\"1-2, 4-5\"", "  pages = {1--2, 4--5},\n",
     "SP  - 1-2, 4-5\r\n"},
    {"nor are pages with hyphens in them", "\"page\":\"A-1-A-2\"", "  pages = {A--1--A--2},\n",
     "SP  - A-1-A-2\r\n"},
    {"a range without an end", "\"page\":\"12-\"", "  pages = {12--},\n", "SP  - 12-\r\n"},
    {"or a beginning", "\"page\":\"-12\"", "  pages = {--12},\n", "SP  - -12\r\n"},
    {"escapes", "\"page\":\"a_b–{\"", "  pages = {a\\_b--\\textbraceleft{}},\n",
     "SP  - a_b\r\nEP  - {\r\n"},
};

static void pages_are_ranges(void **state)
{
    (void)state;
    expect_fields(pages, COUNT(pages));
}

static const struct field dates[] = {
    {"a year", "\"issued\":{\"date-parts\":[[2020]]}", "  year = {2020},\n", "PY  - 2020\r\n"},
    {"a month", "\"issued\":{\"date-parts\":[[2020,12]]}", "  year = {2020},\n  month = dec,\n",
     "PY  - 2020\r\nDA  - 2020/12/\r\n"},
    {"a day", "\"issued\":{\"date-parts\":[[2020,1,31]]}",
     "  year = {2020},\n  month = jan,\n  day = {31},\n", "PY  - 2020\r\nDA  - 2020/01/31\r\n"},
    {"an interval is its beginning", "\"issued\":{\"date-parts\":[[2014,1],[2014,7]]}",
     "  year = {2014},\n  month = jan,\n", "PY  - 2014\r\nDA  - 2014/01/\r\n"},
    {"a month that is none, and its day, are left out", "\"issued\":{\"date-parts\":[[2020,13,1]]}",
     "  year = {2020},\n", "PY  - 2020\r\n"},
    {"and so is a day that is none", "\"issued\":{\"date-parts\":[[2020,1,32]]}",
     "  year = {2020},\n  month = jan,\n", "PY  - 2020\r\nDA  - 2020/01/\r\n"},
    {"seasons and doubt have no place",
     "\"issued\":{\"date-parts\":[[1999]],\"season\":1,\"circa\":true}", "  year = {1999},\n",
     "PY  - 1999\r\n"},
    {"words stand for the year", "\"issued\":{\"literal\":\"n.d. & so\"}",
     "  year = {n.d. \\& so},\n", "PY  - n.d. & so\r\n"},
    {"but not where it is known", "\"issued\":{\"literal\":\"1999?\",\"date-parts\":[[1999]]}",
     "  year = {1999},\n", "PY  - 1999\r\n"},
    {"an early year", "\"issued\":{\"date-parts\":[[650]]}", "  year = {650},\n", "PY  - 0650\r\n"},
    {"a season alone is no date", "\"issued\":{\"season\":1}", "", ""},
    {"accessed in a month", "\"accessed\":{\"date-parts\":[[2024,2]]}", "  urldate = {2024-02},\n",
     "Y2  - 2024/02/\r\n"},
    {"accessed in a year", "\"accessed\":{\"date-parts\":[[2024]]}", "  urldate = {2024},\n",
     "Y2  - 2024//\r\n"},
};

static void dates_are_as_exact_as_given(void **state)
{
    (void)state;
    expect_fields(dates, COUNT(dates));
}

static const struct field names[] = {
    {"family and given", "\"author\":[{\"family\":\"King\",\"given\":\"M. L.\"}]",
     "  author = {King, M. L.},\n", "AU  - King, M. L.\r\n"},
    {"family alone", "\"author\":[{\"family\":\"Plato\"}]", "  author = {Plato},\n",
     "AU  - Plato,\r\n"},
    {"family of two words alone", "\"author\":[{\"family\":\"Van Nguyen\"}]",
     "  author = {{Van Nguyen}},\n", "AU  - Van Nguyen,\r\n"},
    {"given alone", "\"author\":[{\"given\":\"Madonna Louise\"}]",
     "  author = {{Madonna Louise}},\n", "AU  - Madonna Louise,\r\n"},
    {"a suffix", "\"author\":[{\"family\":\"King\",\"given\":\"Martin\",\"suffix\":\"Jr.\"}]",
     "  author = {King, Jr., Martin},\n", "AU  - King, Martin, Jr.\r\n"},
    {"a suffix without a given name", "\"author\":[{\"family\":\"King\",\"suffix\":\"Jr.\"}]",
     "  author = {{King, Jr.}},\n", "AU  - King Jr.,\r\n"},
    {"particles",
     "\"author\":[{\"dropping-particle\":\"de\",\"non-dropping-particle\":\"la\",\"family\":"
     "\"Vallée Poussin\",\"given\":\"C.\"}]",
     "  author = {de la Vallée Poussin, C.},\n", "AU  - de la Vallée Poussin, C.\r\n"},
    {"a particle without a given name",
     "\"author\":[{\"non-dropping-particle\":\"van\",\"family\":\"Gogh\"}]",
     "  author = {{van Gogh}},\n", "AU  - van Gogh,\r\n"},
    {"a family name that begins like a particle",
     "\"author\":[{\"family\":\"van der Berg\",\"given\":\"X\"},{\"family\":\"al-Qadi\",\"given\":"
     "\"Y\"}]",
     "  author = {{van der Berg}, X and {al-Qadi}, Y},\n",
     "AU  - van der Berg, X\r\nAU  - al-Qadi, Y\r\n"},
    {"a family name in another script", "\"author\":[{\"family\":\"王\",\"given\":\"小明\"}]",
     "  author = {{王}, 小明},\n", "AU  - 王, 小明\r\n"},
    {"nobody is others", "\"author\":[{\"family\":\"others\"}]", "  author = {{others}},\n",
     "AU  - others,\r\n"},
    {"commas do not part a name",
     "\"author\":[{\"family\":\"Foo, Bar\",\"given\":\"X, Y\",\"suffix\":\"I, J\"}]",
     "  author = {{Foo, Bar}, {I, J}, {X, Y}},\n", "AU  - Foo Bar, X Y, I J\r\n"},
    {"an organisation", "\"author\":[{\"literal\":\"Office of the Historian\"}]",
     "  author = {{Office of the Historian}},\n", "AU  - Office of the Historian,\r\n"},
    {"with \"and\" and commas",
     "\"author\":[{\"literal\":\"Foo, Bar and Sons, Inc.\"},{\"family\":\"Roe\",\"given\":\"R.\"}]",
     "  author = {{Foo, Bar and Sons, Inc.} and Roe, R.},\n",
     "AU  - Foo Bar and Sons Inc.,\r\nAU  - Roe, R.\r\n"},
    {"\"and\" inside a family name and a given one",
     "\"author\":[{\"family\":\"This AND That\",\"given\":\"A and B\"},{\"family\":\"Anderson\","
     "\"given\":\"Sandy\"}]",
     "  author = {{This AND That}, {A and B} and Anderson, Sandy},\n",
     "AU  - This AND That, A and B\r\nAU  - Anderson, Sandy\r\n"},
    {"\"and\" between separators of lines",
     "\"author\":[{\"family\":\"A\\u2028and\\u2029B\",\"given\":\"and\"}]",
     "  author = {{A and B}, {and}},\n", "AU  - A and B, and\r\n"},
    {"\"and\" at an end of a given name", "\"author\":[{\"family\":\"Foo\",\"given\":\"B and\"}]",
     "  author = {Foo, {B and}},\n", "AU  - Foo, B and\r\n"},
    {"braces and backslashes in names",
     "\"author\":[{\"family\":\"F{oo\",\"given\":\"\\\\x\"},{\"literal\":\"}A & B\"}]",
     "  author = {{F\\textbraceleft{}oo}, {\\textbackslash{}x} and {\\textbraceright{}A \\& B}},\n",
     "AU  - F{oo, \\x\r\nAU  - }A & B,\r\n"},
    {"line breaks in names", "\"author\":[{\"family\":\"Foo\\nBar\",\"given\":\"\\u2028X\\n\"}]",
     "  author = {Foo Bar, X},\n", "AU  - Foo Bar, X\r\n"},
    {"a literal goes before all else",
     "\"author\":[{\"literal\":\"L\",\"family\":\"F\",\"given\":\"G\"}]", "  author = {{L}},\n",
     "AU  - L,\r\n"},
    {"blank names are nobody",
     "\"author\":[{\"literal\":\" \"},{\"family\":\"\\n\",\"given\":\" \"}],\"editor\":[{"
     "\"family\":\" \"},{\"family\":\"E\",\"given\":\" \"}]",
     "  editor = {E},\n", "ED  - E,\r\n"},
    {"a name of commas is nobody's in RIS", "\"author\":[{\"literal\":\" , ,\"}]",
     "  author = {{, ,}},\n", ""},
    {"nor is half a name of commas half a name",
     "\"author\":[{\"family\":\",\",\"given\":\"X\"},{\"family\":\"F\",\"given\":\",\"}]",
     "  author = {{,}, X and F, {,}},\n", "AU  - X,\r\nAU  - F,\r\n"},
};

static void names_are_not_taken_apart(void **state)
{
    (void)state;
    expect_fields(names, COUNT(names));
}

static void entries_follow_one_another(void **state)
{
    (void)state;
    AUTO(json) json_t *item = item_read("{\"id\":\"k\",\"type\":\"book\"}");
    AUTO(buffer) struct buffer out = {0};
    bibtex_write(item, &out);
    bibtex_write(item, &out);
    assert_string_equal(buffer_text(&out), "@book{k,\n}\n\n@book{k,\n}\n\n");
    buffer_clear(&out);
    ris_write(item, &out);
    ris_write(item, &out);
    assert_string_equal(buffer_text(&out), "TY  - BOOK\r\nID  - k\r\nER  - \r\n\r\n"
                                           "TY  - BOOK\r\nID  - k\r\nER  - \r\n\r\n");
}

static void failure_is_remembered(void **state)
{
    (void)state;
    AUTO(json) json_t *item = item_read(entries[0].given);
    struct buffer out = {.failed = true};
    bibtex_write(item, &out);
    ris_write(item, &out);
    assert_true(out.failed);
    assert_int_equal(out.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_an_entry_type),
        cmocka_unit_test(entries_are_whole),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(pages_are_ranges),
        cmocka_unit_test(dates_are_as_exact_as_given),
        cmocka_unit_test(names_are_not_taken_apart),
        cmocka_unit_test(entries_follow_one_another),
        cmocka_unit_test(failure_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
