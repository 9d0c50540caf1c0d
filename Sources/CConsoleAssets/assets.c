#include "CConsoleAssets.h"

// #embed came with C23; every compiler that builds Swift 6 takes it in older dialects, too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char css[] = {
#embed "assets/console.css"
};
static const unsigned char js[] = {
#embed "assets/console.js"
};
static const unsigned char live[] = {
#embed "assets/live.js"
};
static const unsigned char morph[] = {
#embed "assets/morph.js"
};
static const unsigned char upload[] = {
#embed "assets/upload.js"
};
static const unsigned char clock_[] = {
#embed "assets/clock.js"
};
static const unsigned char forms[] = {
#embed "assets/forms.js"
};
static const unsigned char log_[] = {
#embed "assets/log.js"
};
static const unsigned char keys[] = {
#embed "assets/keys.js"
};
static const unsigned char search[] = {
#embed "assets/search.js"
};
static const unsigned char icon[] = {
#embed "assets/pitstop.svg"
};

#define ASSET(name, data) \
    console_asset console_asset_##name(void) { return (console_asset){data, sizeof(data)}; }

ASSET(search, search)
ASSET(css, css)
ASSET(js, js)
ASSET(live, live)
ASSET(morph, morph)
ASSET(upload, upload)
ASSET(clock, clock_)
ASSET(forms, forms)
ASSET(log, log_)
ASSET(keys, keys)
ASSET(icon, icon)
