/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The example writes of the reference (services.md 7 and 8), copied, with the ids and addresses of
 * the tests' accounts as arguments of printf, and the type hint of 1.4 on what users write.
 */
#pragma once

#define AB   "http://www.msn.com/webservices/AddressBook"
#define ZERO "<abId>00000000-0000-0000-0000-000000000000</abId>"
#define HINT " xsi:type=\"xsd:string\""

/* handle */
#define CONTACT_ADD                                                                                \
	"<ABContactAdd xmlns=\"" AB "\">" ZERO "\n"                                                \
	" <contacts><Contact><contactInfo><contactType>LivePending</contactType>"                  \
	"<passportName>%s</passportName><isMessengerUser>true</isMessengerUser>\n"                 \
	" <MessengerMemberInfo><PendingAnnotations><Annotation><Name>MSN.IM.InviteMessage</Name>"  \
	"<Value" HINT ">Hello from the choir</Value></Annotation></PendingAnnotations>\n"          \
	" <DisplayName" HINT                                                                       \
	">Alice</DisplayName></MessengerMemberInfo></contactInfo></Contact></contacts>"            \
	"<options><EnableAllowListManagement>true</EnableAllowListManagement></options>"           \
	"</ABContactAdd>"

/* handle */
#define EMAIL_ADD                                                                                  \
	"<ABContactAdd xmlns=\"" AB "\">" ZERO                                                     \
	"<contacts><Contact><contactInfo><emails><ContactEmail>"                                   \
	"<contactEmailType>Messenger2</contactEmailType><email>%s</email>"                         \
	"<isMessengerEnabled>true</isMessengerEnabled><Capability>32</Capability>"                 \
	"<MessengerEnabledExternally>false</MessengerEnabledExternally><propertiesChanged/>"       \
	"</ContactEmail></emails><contactType>Regular</contactType></contactInfo></Contact>"       \
	"</contacts><options><EnableAllowListManagement>true</EnableAllowListManagement>"          \
	"</options></ABContactAdd>"

/* contactId, alias */
#define ALIAS                                                                                      \
	"<ABContactUpdate xmlns=\"" AB "\">\n " ZERO                                               \
	"<contacts><Contact><contactId>%s</contactId>"                                             \
	"\n <contactInfo><annotations><Annotation><Name>AB.NickName</Name><Value" HINT             \
	">%s</Value></Annotation></annotations></contactInfo>"                                     \
	"<propertiesChanged>Annotation </propertiesChanged></Contact></contacts></ABContactUpdate>"

/* 1 or 2 */
#define PRIVACY                                                                                    \
	"<ABContactUpdate xmlns=\"" AB "\">" ZERO "<contacts><Contact>\n"                          \
	" <contactInfo><annotations><Annotation><Name>MSN.IM.BLP</Name><Value>%s</Value>"          \
	"</Annotation></annotations><contactType>Me</contactType></contactInfo>\n"                 \
	" <propertiesChanged>Annotation </propertiesChanged></Contact></contacts></ABContactUpdate>"

/* name */
#define OWN_NAME                                                                                   \
	"<ABContactUpdate xmlns=\"" AB "\">" ZERO "<contacts><Contact><contactInfo>"               \
	"<contactType>Me</contactType><displayName" HINT ">%s</displayName></contactInfo>"         \
	"<propertiesChanged>DisplayName </propertiesChanged></Contact></contacts></ABContactUpdate>"

/* contactId */
#define CONTACT_DELETE                                                                             \
	"<ABContactDelete xmlns=\"" AB "\">" ZERO                                                  \
	"<contacts><Contact><contactId>%s</contactId></Contact></contacts></ABContactDelete>"

/* name */
#define GROUP_ADD                                                                                  \
	"<ABGroupAdd xmlns=\"" AB "\">\n " ZERO                                                    \
	"<groupAddOptions><fRenameOnMsgrConflict>false</fRenameOnMsgrConflict></groupAddOptions>"  \
	"\n <groupInfo><GroupInfo><groupType>C8529CE2-6EAD-434d-881F-341E17DB3FF8</groupType>"     \
	"<name" HINT ">%s</name></GroupInfo></groupInfo></ABGroupAdd>"

/* groupId, name */
#define GROUP_UPDATE                                                                               \
	"<ABGroupUpdate xmlns=\"" AB "\">" ZERO                                                    \
	"\n <groups><Group><groupId>%s</groupId><groupInfo><name" HINT ">%s</name></groupInfo>"    \
	"<propertiesChanged>GroupName </propertiesChanged></Group></groups></ABGroupUpdate>"

/* groupId */
#define GROUP_DELETE                                                                               \
	"<ABGroupDelete xmlns=\"" AB "\">" ZERO                                                    \
	"<groupFilter><groupIds><guid>%s</guid></groupIds></groupFilter></ABGroupDelete>"

/* groupId, contactId */
#define GROUP_CONTACT_ADD                                                                          \
	"<ABGroupContactAdd xmlns=\"" AB "\">" ZERO                                                \
	"<groupFilter><groupIds><guid>%s</guid></groupIds></groupFilter>\n"                        \
	" <contacts><Contact><contactId>%s</contactId></Contact></contacts></ABGroupContactAdd>"

/* contactId, groupId */
#define GROUP_CONTACT_DELETE                                                                       \
	"<ABGroupContactDelete xmlns=\"" AB "\">" ZERO                                             \
	"<contacts><Contact><contactId>%s</contactId></Contact></contacts>\n"                      \
	" <groupFilter><groupIds><guid>%s</guid></groupIds></groupFilter></ABGroupContactDelete>"

#define SERVICE_HANDLE                                                                             \
	"<serviceHandle><Id>0</Id><Type>Messenger</Type><ForeignId></ForeignId></serviceHandle>\n"

/* role, handle */
#define ADD_MEMBER                                                                                 \
	"<AddMember xmlns=\"" AB "\">" SERVICE_HANDLE                                              \
	" <memberships><Membership><MemberRole>%s</MemberRole><Members>"                           \
	"<Member xsi:type=\"PassportMember\"><Type>Passport</Type><State>Accepted</State>\n"       \
	" <PassportName>%s</PassportName></Member></Members></Membership></memberships></AddMember>"

/* role, MembershipId, handle */
#define DELETE_MEMBER                                                                              \
	"<DeleteMember xmlns=\"" AB "\">" SERVICE_HANDLE                                           \
	" <memberships><Membership><MemberRole>%s</MemberRole><Members>"                           \
	"<Member xsi:type=\"PassportMember\"><MembershipId>%s</MembershipId>\n"                    \
	" <Type>Passport</Type><State>Accepted</State><PassportName>%s</PassportName></Member>"    \
	"</Members></Membership></memberships></DeleteMember>"
