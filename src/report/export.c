// SPDX-License-Identifier: MIT
#include "report/export.h"

#include "report/export_parts.h"

struct mdt_error *mdt_export_write(const struct mdt_export *export,
				   enum mdt_export_form form, struct mdt_buf *ret)
{
	switch (form) {
	case MDT_EXPORT_SHELL:
		mdt_export_shell(export, ret);
		break;
	case MDT_EXPORT_C:
		mdt_export_c(export, ret);
		break;
	case MDT_EXPORT_BLKTESTS:
		mdt_export_blktests(export, ret);
		break;
	case MDT_EXPORT_MDADM:
		mdt_export_mdadm(export, ret);
		break;
	case MDT_EXPORT_SYZ:
		mdt_export_syz(export, ret);
		break;
	}
	return mdt_buf_error(ret);
}
