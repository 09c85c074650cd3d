// Releases a page, and writes a record of it as it is shown.
#include "endpoints/page.h"

#include <stdlib.h>

#include "query/highlights.h"

void page_cleanup(struct page *page)
{
    for (int64_t i = 0; page->backward_rows && i < page->returned; i++)
        free(page->backward_rows[i]);
    free(page->backward_rows);
    free(page->next);
    free(page->prev);
    json_decref(page->first);
    json_decref(page->last);
    include_cleanup(&page->inclusion);
    record_writer_cleanup(&page->writer);
    buffer_cleanup(&page->body);
    selection_cleanup(&page->selection);
}

bool page_record(const struct page *page, const struct query_row *row, struct buffer *out)
{
    struct buffer matched = {0};
    const struct selection *selection = &page->selection;
    if (!selection->query.match) {
        buffer_add(out, row->json, row->length);
        return true;
    }
    buffer_add(&matched, row->json, row->length - 1);
    buffer_add_text(&matched, ",\"score\":");
    buffer_add_integer(&matched, row->score);
    buffer_add_text(&matched, ",\"highlights\":");
    bool good = highlights_write(selection->call->connection->database, selection->query.match,
                                 row->document, row->places, &matched);
    buffer_add_char(&matched, '}');
    if (matched.failed)
        out->failed = true;
    else if (good && selection->query.collection == &collection_search)
        include_hit_write(matched.bytes, matched.length, out);
    else
        buffer_add(out, matched.bytes, matched.length);
    buffer_cleanup(&matched);
    return good;
}
