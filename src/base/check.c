#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void
check_failed(const char *claim, const char *file, int line)
{
    fprintf(stderr, "liao: a bug: %s does not hold at %s:%d\n", claim, file,
            line);
    abort();
}
