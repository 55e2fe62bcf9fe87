/*
 * targets.h - the types of targets, one file each; targets.c lists them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_TARGETS_H
#define POTPRESS_ALERTS_TARGETS_H

#include "publisher/alerts/target.h"

extern const struct alert_target alert_slack, alert_discord, alert_mattermost,
    alert_teams, alert_ntfy, alert_gotify, alert_telegram, alert_matrix, alert_email,
    alert_webhook, alert_command;

#endif
