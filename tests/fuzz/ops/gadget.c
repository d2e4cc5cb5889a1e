// The source of the objects that tests of operation tables read.
struct gadget {
	int id;
};

enum gadget_mode { GADGET_OFF, GADGET_ON };

struct gadget_ops {
	const char *name;
	int (*start)(struct gadget *);
	int (*stop)(struct gadget *);
	enum gadget_mode mode;
	int level;
	int pair[2];
};

static int gadget_start(struct gadget *g)
{
	return g->id;
}

int gadget_stop(struct gadget *g);

const struct gadget_ops gadget_ops = {
	.name = "gadget",
	.start = gadget_start,
	.stop = gadget_stop,
	.mode = GADGET_ON,
	.level = -4,
	.pair = { 0, 7 },
};

#ifndef MODULE
int gadget_stop(struct gadget *g)
{
	return -g->id;
}

void _start(void)
{
}
#endif
