/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loads and unloads; see module.h. The file is found by the search path that the build gives the program, so
 * that a daemon that isn't installed finds those of its own build.
 */
#include <dlfcn.h>
#include <errno.h>

#include "source/module.h"
#include "util/log.h"
#include "util/macro.h"

/**
 * module_use() - have a module at hand
 * @module: zeroed, or in use already
 * @file: the module's file name, without a path
 * @symbol: the table that it exports
 * @ret_api: the table; good until module_leave() or module_done()
 *
 * Return: 0; -ENOENT if the module or a library that it needs isn't installed, which the log tells at debug
 * level.
 */
int module_use(struct module *module, const char *file, const char *symbol, const void **ret_api)
{
    module->leaving = sd_event_source_disable_unref(module->leaving);
    if (!module->handle) {
        void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        const void *api = handle ? dlsym(handle, symbol) : NULL;

        if (!api) {
            log_debug("activity: %s", dlerror());
            if (handle)
                (void)dlclose(handle);
            return -ENOENT;
        }
        module->handle = handle;
        module->api = api;
    }
    *ret_api = module->api;
    return 0;
}

static int on_leave(_unused_ sd_event_source *s, void *userdata)
{
    module_done(userdata);
    return 0;
}

/**
 * module_leave() - the module isn't needed at present
 * @module: the module; nothing that it made may be left
 * @event: the loop. The module goes in a later turn, as the caller may have been called by it
 */
void module_leave(struct module *module, sd_event *event)
{
    if (!module->handle || module->leaving)
        return;
    if (sd_event_add_defer(event, &module->leaving, on_leave, module) >= 0)
        (void)sd_event_source_set_description(module->leaving, "module");
}

/**
 * module_done() - let the module go at once
 * @module: the module; none of its functions may be running
 */
void module_done(struct module *module)
{
    module->leaving = sd_event_source_disable_unref(module->leaving);
    if (module->handle)
        (void)dlclose(module->handle);
    module->handle = NULL;
    module->api = NULL;
}
