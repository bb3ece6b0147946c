#include <mpg123.h>

// Under large-file support some functions are macros, which Swift does not see.
static inline int yuyan_mpg123_set_flags(mpg123_handle *handle, long flags) {
    return mpg123_param(handle, MPG123_ADD_FLAGS, flags, 0);
}
