// libarchive's C interface. Macros with casts are not imported into Swift, so they are repeated here as constants.
#include <archive.h>
#include <archive_entry.h>
// zlib's and libbzip2's, for the end of a compressed OpenPGP message.
#include <bzlib.h>
#include <zlib.h>

static const unsigned SHIM_AE_IFREG = AE_IFREG;
static const unsigned SHIM_AE_IFDIR = AE_IFDIR;
static const unsigned SHIM_AE_IFLNK = AE_IFLNK;
