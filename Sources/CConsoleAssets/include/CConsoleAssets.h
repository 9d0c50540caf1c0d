/// The console's style sheet, scripts and drawing, as the compiler has put them in.
#ifndef CONSOLE_ASSETS_H
#define CONSOLE_ASSETS_H

#include <stddef.h>

typedef struct {
    const unsigned char *_Nonnull bytes;
    size_t length;
} console_asset;

console_asset console_asset_css(void);
console_asset console_asset_js(void);
console_asset console_asset_live(void);
console_asset console_asset_morph(void);
console_asset console_asset_upload(void);
console_asset console_asset_clock(void);
console_asset console_asset_forms(void);
console_asset console_asset_log(void);
console_asset console_asset_keys(void);
console_asset console_asset_search(void);
console_asset console_asset_icon(void);

#endif
