// The code, status and title of each error.
#include "base/error.h"

struct fact {
    const char *code;
    unsigned status;
    const char *title;
};

#define ERROR_FACT(name, code, status, title) [ERR_##name] = {code, status, title},
static const struct fact facts[ERROR_COUNT] = {[OK] = {"ok", 200, "OK"}, ERRORS(ERROR_FACT)};
#undef ERROR_FACT

const char *error_code(enum err err)
{
    return facts[err].code;
}

const char *error_title(enum err err)
{
    return facts[err].title;
}

unsigned error_status(enum err err)
{
    return facts[err].status;
}
