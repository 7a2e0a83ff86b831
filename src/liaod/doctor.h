/*
 * --doctor: what liaod needs of this machine, looked at before it runs.
 */
#ifndef LIAOD_DOCTOR_H
#define LIAOD_DOCTOR_H

#include "liaod/options.h"

/*
 * Print a line for each thing that was looked at: well, worth a thought, or
 * bad, with cause and cure. `is_bad_file`: the configuration was wrong, and
 * that was told. What the program exits with: 1 when anything is bad.
 */
MUST_USE int doctor_run(const struct options *o, bool is_bad_file);

#endif
