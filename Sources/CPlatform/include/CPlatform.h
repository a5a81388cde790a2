#pragma once
#if __has_include("confine.h")
#include "confine.h"
#endif
#include "files.h"
