/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every name on the bus, once: the daemon, backcarectl and the tests take them from here. */
#pragma once

#define BACKCARE_BUS_NAME "org.backcare.BackCare1"
#define BACKCARE_OBJECT_PATH "/org/backcare/BackCare1"
#define BACKCARE_CATALOGUE_INTERFACE "org.backcare.BackCare1.Catalogue"
#define BACKCARE_MANAGER_INTERFACE "org.backcare.BackCare1.Manager"

#define BACKCARE_ERROR_PREFIX "org.backcare.BackCare1.Error."
#define BACKCARE_ERROR_SNOOZE_LIMIT BACKCARE_ERROR_PREFIX "SnoozeLimit"
#define BACKCARE_ERROR_NOTHING_PROMPTED BACKCARE_ERROR_PREFIX "NothingPrompted"
#define BACKCARE_ERROR_NO_SUCH_BREAK BACKCARE_ERROR_PREFIX "NoSuchBreak"
#define BACKCARE_ERROR_NO_SUCH_EXERCISE BACKCARE_ERROR_PREFIX "NoSuchExercise"
#define BACKCARE_ERROR_NOT_SUITABLE BACKCARE_ERROR_PREFIX "NotSuitable"
#define BACKCARE_ERROR_MEDICAL_HOLD BACKCARE_ERROR_PREFIX "MedicalHold"
#define BACKCARE_ERROR_INVALID_CONFIG BACKCARE_ERROR_PREFIX "InvalidConfig"
#define BACKCARE_ERROR_NOT_PAUSED BACKCARE_ERROR_PREFIX "NotPaused"
#define BACKCARE_ERROR_BREAK_RUNNING BACKCARE_ERROR_PREFIX "BreakRunning"

#define LOG_CONTROL_OBJECT_PATH "/org/freedesktop/LogControl1"
#define LOG_CONTROL_INTERFACE "org.freedesktop.LogControl1"
