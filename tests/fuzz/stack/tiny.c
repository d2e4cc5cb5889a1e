static inline int inner(volatile int *p)
{
	return *p += 3;
}

__attribute__((noinline)) int outer(volatile int *p)
{
	*p *= 5;
	return inner(p);
}

void _start(void)
{
	volatile int x = 1;

	outer(&x);
}
