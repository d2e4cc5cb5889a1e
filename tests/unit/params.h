/* SPDX-License-Identifier: MIT */
/** @file Criterion's workers are separate processes, so parameters are indices of a
 * table. */
#ifndef MDT_TESTS_PARAMS_H
#define MDT_TESTS_PARAMS_H

#define index_params(table)                                                              \
	({                                                                               \
		static size_t indices[array_size(table)];                                \
		for (size_t i_ = 0; i_ < array_size(table); i_++)                        \
			indices[i_] = i_;                                                \
		cr_make_param_array(size_t, indices, array_size(table));                 \
	})

#endif
