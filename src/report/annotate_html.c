#include "report/annotate_html.h"
void mdt_html_begin(struct mdt_html *h, struct mdt_buf *b, const char *const *f, size_t c)
{
	(void)h;
	(void)b;
	(void)f;
	(void)c;
}
void mdt_html_begin_log(struct mdt_html *h, const char *f)
{
	(void)h;
	(void)f;
}
void mdt_html_event(struct mdt_html *h, const struct mdt_event *e,
		    const struct mdt_annotation *a)
{
	(void)h;
	(void)e;
	(void)a;
}
void mdt_html_end_log(struct mdt_html *h)
{
	(void)h;
}
void mdt_html_end(struct mdt_html *h)
{
	(void)h;
}
