// The precompiled header of test programs: the one of the libraries, and GoogleTest.
#pragma once
#include "pch.h"

#include <gtest/gtest.h>
