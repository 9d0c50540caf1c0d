// libvirt's C interface.
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
